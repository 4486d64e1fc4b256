//! A waveform in few bytes: levels as the eye tells them apart, what changes from bin to bin, deflated.
//!
//! Layout: format (1 byte), number of bins (little-endian u32), then deflated: all peaks, all lows, all mids,
//! all highs, each as the difference from the bin before. A picture's bar is some 40 points high at most, so
//! that 64 levels, finer where it is quiet, show no step.

use std::io::{Read, Write};

use anyhow::{Context, Result, bail, ensure};
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use pika_analysis::WaveformBin;

/// The layout above.
const FORMAT: u8 = 1;
/// Highest of the 64 levels.
const TOP: f32 = 63.0;
/// Bins of a waveform: thirty hours, more than the analysis ever measures.
const MOST_BINS: usize = 150 * 3600 * 30;

/// Packs a waveform.
pub(super) fn pack(bins: &[WaveformBin]) -> Result<Vec<u8>> {
    let count = u32::try_from(bins.len())
        .ok()
        .filter(|_| bins.len() <= MOST_BINS)
        .context("a waveform without end")?;
    let mut packed = vec![FORMAT];
    packed.extend(count.to_le_bytes());
    let mut changes = Vec::with_capacity(4 * bins.len());
    let bands: [fn(&WaveformBin) -> u8; 4] = [|bin| bin.peak, |bin| bin.low, |bin| bin.mid, |bin| bin.high];
    for band in bands {
        let mut before = 0;
        for bin in bins {
            let level = level(band(bin));
            changes.push(level.wrapping_sub(before));
            before = level;
        }
    }
    let mut deflate = DeflateEncoder::new(packed, Compression::new(6));
    deflate.write_all(&changes)?;
    Ok(deflate.finish()?)
}

/// Unpacks what [`pack`] made: each value within 4 of what it was, small ones exactly.
///
/// Errors: it is something else.
pub(super) fn unpack(packed: &[u8]) -> Result<Vec<WaveformBin>> {
    let Some((&[format, a, b, c, d], deflated)) = packed.split_first_chunk() else {
        bail!("a waveform cut short");
    };
    ensure!(format == FORMAT, "a waveform of an unknown format");
    let count = u32::from_le_bytes([a, b, c, d]) as usize;
    ensure!(count <= MOST_BINS, "a waveform without end");
    // One byte more than there may be, so that too much is noticed too.
    let mut changes = Vec::new();
    DeflateDecoder::new(deflated)
        .take(4 * count as u64 + 1)
        .read_to_end(&mut changes)
        .context("a damaged waveform")?;
    ensure!(changes.len() == 4 * count, "a damaged waveform");
    for band in changes.chunks_mut(count.max(1)) {
        let mut before = 0u8;
        for change in band {
            before = before.wrapping_add(*change);
            *change = height(before);
        }
    }
    Ok((0..count)
        .map(|at| WaveformBin {
            peak: changes[at],
            low: changes[count + at],
            mid: changes[2 * count + at],
            high: changes[3 * count + at],
        })
        .collect())
}

/// 0 to 255 as one of 64 levels, by the square root.
fn level(height: u8) -> u8 {
    ((f32::from(height) / 255.0).sqrt() * TOP).round() as u8
}

/// The height that a level stands for.
fn height(level: u8) -> u8 {
    let share = f32::from(level) / TOP;
    (share * share * 255.0).round().min(255.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Beats in a swelling noise.
    fn music(count: usize) -> Vec<WaveformBin> {
        let mut dice = 1u32;
        let mut roll = |below: u32| {
            dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (dice >> 8) % below
        };
        (0..count)
            .map(|at| {
                let beat = 180u32.saturating_sub((at as u32 % 75) * 8);
                let low = beat + roll(20);
                WaveformBin {
                    peak: (low + 30 + roll(25)).min(255) as u8,
                    low: low as u8,
                    mid: (60 + at as u32 / 400 + roll(30)).min(255) as u8,
                    high: (20 + roll(15)) as u8,
                }
            })
            .collect()
    }

    #[test]
    fn every_height_comes_back_close_and_small_ones_exactly() {
        let bins: Vec<WaveformBin> = (0..=255)
            .map(|height| WaveformBin {
                peak: height,
                low: 255 - height,
                mid: height / 2,
                high: 0,
            })
            .collect();
        let back = unpack(&pack(&bins).unwrap()).unwrap();
        assert_eq!(back.len(), bins.len());
        for (bin, back) in bins.iter().zip(&back) {
            for (was, is) in [
                (bin.peak, back.peak),
                (bin.low, back.low),
                (bin.mid, back.mid),
                (bin.high, back.high),
            ] {
                assert!(was.abs_diff(is) <= 4, "{was} became {is}");
                assert!(was > 6 || was == is, "{was} became {is}");
            }
        }
        // The ends stay the ends.
        assert_eq!((back[0].peak, back[0].low), (0, 255));
        assert_eq!(unpack(&pack(&[]).unwrap()).unwrap(), []);
    }

    #[test]
    fn a_song_takes_about_half() {
        let bins = music(150 * 240);
        let packed = pack(&bins).unwrap();
        assert!(10 * packed.len() < 22 * bins.len(), "{} bytes", packed.len());
        // What was unpacked packs to the same again: nothing wears off.
        let once = unpack(&packed).unwrap();
        assert_eq!(unpack(&pack(&once).unwrap()).unwrap(), once);
    }

    #[test]
    fn what_is_no_waveform_is_refused() {
        let packed = pack(&music(1000)).unwrap();
        assert!(unpack(&[]).is_err());
        assert!(unpack(&packed[..packed.len() / 2]).is_err());
        let mut other = packed.clone();
        other[0] = 9;
        assert!(unpack(&other).is_err());
        // Says more or fewer bins than there are.
        for count in [0u32, 999, 1001, u32::MAX] {
            let mut wrong = packed.clone();
            wrong[1..5].copy_from_slice(&count.to_le_bytes());
            assert!(unpack(&wrong).is_err(), "{count}");
        }
    }
}
