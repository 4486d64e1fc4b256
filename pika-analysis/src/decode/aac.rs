//! Which kind of AAC it is, from its AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1).

/// What an AudioSpecificConfig says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AudioConfig {
    /// Audio object type of the core: 2 is AAC-LC.
    pub(super) object_type: u32,
    /// Sample rate of the core in Hz.
    pub(super) core_rate_hz: u32,
    /// Spectral band replication (HE-AAC) is announced.
    pub(super) has_sbr: bool,
    /// Parametric stereo (HE-AAC v2) is announced.
    pub(super) has_ps: bool,
    /// 960 instead of 1024 samples a frame.
    pub(super) is_960: bool,
}

const RATES_HZ: [u32; 13] = [
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
];

/// Reads a config; `None` when it is cut short or holds a reserved rate.
pub(super) fn parse_config(bytes: &[u8]) -> Option<AudioConfig> {
    let mut bits = Bits { bytes, at: 0 };
    let first_type = object_type(&mut bits)?;
    let core_rate_hz = rate(&mut bits)?;
    let channels = bits.take(4)?;
    let mut config = AudioConfig {
        object_type: first_type,
        core_rate_hz,
        has_sbr: matches!(first_type, 5 | 29),
        has_ps: first_type == 29,
        is_960: false,
    };
    if config.has_sbr {
        rate(&mut bits)?;
        config.object_type = object_type(&mut bits)?;
    }
    if matches!(config.object_type, 1..=4) {
        config.is_960 = bits.take(1)? == 1;
        if bits.take(1)? == 1 {
            bits.take(14)?;
        }
        bits.take(1)?;
        // A channel layout of its own follows for 0; its length is not worth parsing here.
        if channels != 0 && !config.has_sbr {
            announce_sbr_at_the_end(&mut bits, &mut config);
        }
    }
    Some(config)
}

/// The backward-compatible announcement after the config proper.
fn announce_sbr_at_the_end(bits: &mut Bits<'_>, config: &mut AudioConfig) -> Option<()> {
    if bits.take(11)? != 0x2b7 || object_type(bits)? != 5 || bits.take(1)? != 1 {
        return None;
    }
    config.has_sbr = true;
    rate(bits)?;
    config.has_ps = bits.take(11)? == 0x548 && bits.take(1)? == 1;
    Some(())
}

/// Name of a kind that cannot be decoded; `None` for AAC-LC.
///
/// `clock`: ticks a second and ticks of the first packet, when known. HE-AAC may be hidden inside a
/// config that announces plain AAC; the container then counts at twice the rate of the core.
pub(super) fn unsupported_name(config: AudioConfig, clock: Option<(u32, u32)>) -> Option<String> {
    let is_hidden_sbr = clock.is_some_and(|(timescale, packet)| {
        config.core_rate_hz <= 24_000 && timescale == 2 * config.core_rate_hz && packet == 2048
    });
    let name = match config.object_type {
        _ if config.has_ps => "HE-AAC v2",
        _ if config.has_sbr || is_hidden_sbr => "HE-AAC",
        2 if config.is_960 => "AAC with 960-sample frames",
        2 => return None,
        1 => "AAC Main",
        3 => "AAC SSR",
        4 => "AAC LTP",
        23 => "AAC-LD",
        32..=34 => "MPEG audio in MP4",
        36 => "MPEG-4 ALS",
        39 => "AAC-ELD",
        42 => "xHE-AAC",
        other => return Some(format!("MPEG-4 audio type {other}")),
    };
    Some(name.to_owned())
}

fn object_type(bits: &mut Bits<'_>) -> Option<u32> {
    match bits.take(5)? {
        31 => Some(32 + bits.take(6)?),
        own => Some(own),
    }
}

fn rate(bits: &mut Bits<'_>) -> Option<u32> {
    match bits.take(4)? {
        15 => bits.take(24),
        index => RATES_HZ.get(index as usize).copied(),
    }
}

struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            let byte = *self.bytes.get(self.at / 8)?;
            value = value << 1 | u32::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(config: &[u8], clock: Option<(u32, u32)>) -> Option<String> {
        unsupported_name(parse_config(config).unwrap(), clock)
    }

    #[test]
    fn plain_aac_is_supported() {
        // LC, 44.1 kHz, stereo.
        assert_eq!(name(&[0x12, 0x10], Some((44_100, 1024))), None);
        // The same with "no SBR" announced, as some encoders write it.
        assert_eq!(name(&[0x12, 0x10, 0x56, 0xe5, 0x00], Some((44_100, 1024))), None);
    }

    #[test]
    fn he_aac_is_named_however_it_is_announced() {
        // Backward compatible: LC 22.05 kHz, sync 0x2b7, type 5, SBR present, 44.1 kHz.
        assert_eq!(
            name(&[0x13, 0x90, 0x56, 0xe5, 0xa0], None).as_deref(),
            Some("HE-AAC")
        );
        // Hierarchical: type 5, core 22.05 kHz, stereo, 44.1 kHz, then LC.
        assert_eq!(name(&[0x2b, 0x92, 0x08, 0x00], None).as_deref(), Some("HE-AAC"));
        // Version 2: type 29, core 22.05 kHz, mono, 44.1 kHz, then LC.
        assert_eq!(
            name(&[0xeb, 0x8a, 0x08, 0x00], None).as_deref(),
            Some("HE-AAC v2")
        );
        // Not announced: only the clock of the container tells.
        assert_eq!(
            name(&[0x13, 0x90], Some((44_100, 2048))).as_deref(),
            Some("HE-AAC")
        );
        assert_eq!(name(&[0x13, 0x90], Some((22_050, 1024))), None);
    }

    #[test]
    fn a_cut_config_is_none() {
        assert_eq!(parse_config(&[]), None);
        assert_eq!(parse_config(&[0x12]), None);
        assert_eq!(parse_config(&[0xff, 0xff]), None);
    }
}
