//! Signal processing without music in it: decimation, windows and Fourier transforms.
//!
//! The only module that names realfft.

pub(crate) mod decimate;
pub(crate) mod halfband;
pub(crate) mod stft;
pub(crate) mod window;
