//! Complex amplitudes, and how many of a pulse's harmonics are measured.

use std::f64::consts::TAU;

/// Harmonics of the pulse by which its profile is described.
pub(crate) const N_HARMONICS: usize = 4;

/// Complex amplitude.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Phasor {
    pub(crate) re: f64,
    pub(crate) im: f64,
}

impl Phasor {
    pub(crate) fn unit(cycles: f64) -> Self {
        let (im, re) = (TAU * cycles).sin_cos();
        Self { re, im }
    }
    pub(crate) fn times(self, other: Self) -> Self {
        Self {
            re: self.re * other.re - self.im * other.im,
            im: self.re * other.im + self.im * other.re,
        }
    }
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            re: self.re + other.re,
            im: self.im + other.im,
        }
    }
    pub(crate) fn scaled(self, by: f64) -> Self {
        Self {
            re: self.re * by,
            im: self.im * by,
        }
    }
    pub(crate) fn conjugate(self) -> Self {
        Self {
            re: self.re,
            im: -self.im,
        }
    }
    pub(crate) fn norm_sqr(self) -> f64 {
        self.re * self.re + self.im * self.im
    }
}
