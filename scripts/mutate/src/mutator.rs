//! Changes that break parsers: flipped bits, lengths that lie, values at the ends of their range, pieces left out,
//! repeated or taken from another input.

/// Inputs grow to this many bytes at most, or to twice the longest seed.
const LONGEST: usize = 64 << 10;
/// Most changes to one input.
const MOST_CHANGES: u64 = 8;
/// Most repetitions of one piece.
const MOST_REPEATS: u64 = 64;

/// Numbers that are written in place of others: around nothing, signs, ends of ranges.
const NUMBERS: [u64; 16] = [
    0,
    1,
    2,
    7,
    0x7f,
    0x80,
    0xff,
    0x100,
    0x7fff,
    0xffff,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    i64::MAX as u64,
    1 << 63,
    u64::MAX,
];

/// Bytes that mean something to some format: quotes, marks, ends, and text that is none.
const WORDS: [&[u8]; 46] = [
    b"\0",
    b"\n",
    b"\r\n",
    b" ",
    b"<",
    b">",
    b"</",
    b"/>",
    b"<!--",
    b"<![CDATA[",
    b"&",
    b"&amp;",
    b"&#0;",
    b"&#x110000;",
    b"\"",
    b"'",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"{",
    b"}",
    b"[[[[[[[[",
    b",",
    b"=",
    b":",
    b"://",
    b"file://",
    b"%",
    b"%ff",
    b"#EXT",
    b"-1",
    b"1e400",
    b"NaN",
    b"inf",
    b"18446744073709551616",
    b"-9223372036854775808",
    b"null",
    "é".as_bytes(),
    "\u{feff}".as_bytes(),
    "\u{202e}".as_bytes(),
    "\u{fdfa}".as_bytes(),
    "e\u{301}\u{301}".as_bytes(),
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
];

/// Makes inputs out of good ones; the same seed and round give the same input everywhere.
pub struct Mutator {
    state: u64,
}

impl Mutator {
    /// For one round of a seed: a round can be had again without those before it.
    pub fn new(seed: u64, round: u64) -> Self {
        Self {
            state: seed ^ round.wrapping_mul(0xd134_2543_de82_ef95),
        }
    }

    /// One of `seeds`, changed in one to eight places. Empty when there are none.
    pub fn mutate(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let longest = seeds.iter().map(Vec::len).max().unwrap_or(0);
        let mut bytes = self.pick(seeds).cloned().unwrap_or_default();
        for _ in 0..=self.below(MOST_CHANGES) {
            self.change(&mut bytes, seeds);
            bytes.truncate(LONGEST.max(2 * longest));
        }
        bytes
    }

    fn change(&mut self, bytes: &mut Vec<u8>, seeds: &[Vec<u8>]) {
        match self.below(12) {
            0 => self.flip(bytes),
            1 | 2 => self.number(bytes),
            3 => self.nudge(bytes),
            4 => self.digits(bytes),
            5 => self.word(bytes),
            6 => self.noise(bytes),
            7 => self.leave_out(bytes),
            8 => self.repeat(bytes),
            9 => self.splice(bytes, seeds),
            10 => self.graft(bytes, seeds),
            _ => {
                let end = self.place(bytes.len() + 1);
                bytes.truncate(end);
            }
        }
    }

    /// Turns one to four bits around.
    fn flip(&mut self, bytes: &mut [u8]) {
        for _ in 0..=self.below(4) {
            let (at, bit) = (self.place(bytes.len()), self.below(8));
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << bit;
            }
        }
    }

    /// Writes a number over what is there, in one of the widths and orders of binary formats.
    fn number(&mut self, bytes: &mut [u8]) {
        let length = bytes.len() as u64;
        let value = match self.below(4) {
            // How long the input is, or nearly: what honest lengths say.
            0 => length.wrapping_add(self.below(17)).wrapping_sub(8),
            _ => self.pick(&NUMBERS).copied().unwrap_or(0),
        };
        let (at, width, is_big) = self.field(bytes.len());
        self.store(bytes, at, width, is_big, value);
    }

    /// Makes a number a little larger or smaller: lengths that are wrong by a few bytes.
    fn nudge(&mut self, bytes: &mut [u8]) {
        let (at, width, is_big) = self.field(bytes.len());
        let Some(field) = bytes.get(at..at.saturating_add(width)) else {
            return;
        };
        let digits: Vec<u8> = if is_big {
            field.to_vec()
        } else {
            field.iter().rev().copied().collect()
        };
        let value = digits
            .iter()
            .fold(0u64, |value, &byte| value << 8 | u64::from(byte));
        let by = self.below(33).wrapping_sub(16);
        self.store(bytes, at, width, is_big, value.wrapping_add(by));
    }

    /// Writes another number for one in decimal digits.
    fn digits(&mut self, bytes: &mut Vec<u8>) {
        let from = self.place(bytes.len());
        let is_digit = |byte: &u8| byte.is_ascii_digit();
        let Some(start) = bytes.iter().skip(from).position(is_digit).map(|at| from + at) else {
            return;
        };
        let length = bytes[start..].iter().take_while(|byte| is_digit(byte)).count();
        let value = self.pick(&NUMBERS).copied().unwrap_or(0);
        let text = match self.below(4) {
            0 => format!("-{value}"),
            1 => format!("{value}.{value}"),
            _ => value.to_string(),
        };
        bytes.splice(start..start + length, text.into_bytes());
    }

    /// Puts one of [`WORDS`] in, or over what is there.
    fn word(&mut self, bytes: &mut Vec<u8>) {
        let word = self.pick(&WORDS).copied().unwrap_or_default();
        let at = self.place(bytes.len() + 1);
        let end = match self.below(2) {
            0 => at,
            _ => bytes.len().min(at + word.len()),
        };
        bytes.splice(at..end, word.iter().copied());
    }

    /// Puts bytes in that mean nothing.
    fn noise(&mut self, bytes: &mut Vec<u8>) {
        let at = self.place(bytes.len() + 1);
        let noise: Vec<u8> = (0..=self.below(16)).map(|_| self.below(256) as u8).collect();
        bytes.splice(at..at, noise);
    }

    fn leave_out(&mut self, bytes: &mut Vec<u8>) {
        let (start, end) = self.piece(bytes.len());
        bytes.drain(start..end);
    }

    fn repeat(&mut self, bytes: &mut Vec<u8>) {
        let (start, end) = self.piece(bytes.len());
        let times = 1 + self.below(MOST_REPEATS) as usize;
        let copies = bytes[start..end].repeat(times);
        bytes.splice(end..end, copies.into_iter().take(LONGEST));
    }

    /// The beginning of this and the end of another.
    fn splice(&mut self, bytes: &mut Vec<u8>, seeds: &[Vec<u8>]) {
        let other = self.pick(seeds).cloned().unwrap_or_default();
        let (end, from) = (self.place(bytes.len() + 1), self.place(other.len() + 1));
        bytes.truncate(end);
        bytes.extend_from_slice(&other[from..]);
    }

    /// A piece of another in the middle of this.
    fn graft(&mut self, bytes: &mut Vec<u8>, seeds: &[Vec<u8>]) {
        let other = self.pick(seeds).cloned().unwrap_or_default();
        let (start, end) = self.piece(other.len());
        let at = self.place(bytes.len() + 1);
        bytes.splice(at..at, other[start..end].iter().copied());
    }

    fn store(&mut self, bytes: &mut [u8], at: usize, width: usize, is_big: bool, value: u64) {
        let Some(field) = bytes.get_mut(at..at.saturating_add(width)) else {
            return;
        };
        let (big, little) = (value.to_be_bytes(), value.to_le_bytes());
        field.copy_from_slice(if is_big {
            &big[8 - width..]
        } else {
            &little[..width]
        });
    }

    /// Place, width and order of a number.
    fn field(&mut self, length: usize) -> (usize, usize, bool) {
        let width = 1usize << self.below(4);
        (self.place(length), width, self.below(2) == 0)
    }

    /// A stretch of up to 64 bytes, now and then of any length.
    fn piece(&mut self, length: usize) -> (usize, usize) {
        let start = self.place(length);
        let most = length - start.min(length);
        let wanted = match self.below(4) {
            0 => most,
            _ => most.min(64),
        };
        let taken = self.below(wanted as u64 + 1) as usize;
        (start.min(length), start.min(length) + taken)
    }

    /// A place below `length`, or 0. Half of them lie in the first 256 bytes, where headers are.
    fn place(&mut self, length: usize) -> usize {
        let limit = match self.below(2) {
            0 => length.min(256),
            _ => length,
        };
        self.below(limit as u64) as usize
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let at = self.below(of.len() as u64) as usize;
        of.get(at)
    }

    /// SplitMix64 (Steele, Lea, Flood 2014). 0 for 0.
    fn below(&mut self, limit: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ mixed >> 31) % limit.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_is_the_same_each_time_and_unlike_the_others() {
        let seeds = [b"RIFF\x24\0\0\0WAVE".to_vec(), b"<a b=\"12\"/>".to_vec()];
        let inputs: Vec<Vec<u8>> = (0..1000)
            .map(|round| Mutator::new(7, round).mutate(&seeds))
            .collect();
        let again: Vec<Vec<u8>> = (0..1000)
            .map(|round| Mutator::new(7, round).mutate(&seeds))
            .collect();
        assert_eq!(inputs, again);
        let different: std::collections::BTreeSet<_> = inputs.iter().collect();
        assert!(different.len() > 900, "{}", different.len());
    }

    #[test]
    fn inputs_stay_small_and_nothing_can_be_changed() {
        for round in 0..2000 {
            assert!(Mutator::new(1, round).mutate(&[vec![b'x'; 40_000]]).len() <= 80_000);
            assert!(Mutator::new(1, round).mutate(&[]).len() <= LONGEST);
            assert!(Mutator::new(1, round).mutate(&[Vec::new()]).len() <= LONGEST);
        }
    }
}
