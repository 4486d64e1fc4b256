//! Why a file could not be analysed, by what the caller can do about it.

use std::io;

use serde::{Deserialize, Serialize};

/// Why a file could not be analysed. One variant per reaction of the caller.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnalysisError {
    /// The file could not be opened or read: permission, missing drive, broken disk. Try again later.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
    /// The format or codec is known by name but not supported: convert the file.
    /// Holds that name, such as `Opus`, `WMA` or `HE-AAC`.
    #[error("Pika! cannot read {0} files. Convert it to MP3, M4A or FLAC.")]
    Unsupported(String),
    /// The file is copy-protected; its sound cannot be read.
    #[error("it is copy-protected ({0}): only its own player can read it")]
    Protected(String),
    /// Not audio at all, or damaged beyond use. Holds what was wrong.
    #[error("damaged or not an audio file: {0}")]
    Unreadable(String),
    /// No audio, or too little of it (under a tenth of a second) to say anything.
    #[error("there is no sound in it to speak of ({0:.1} s)")]
    TooShort(f64),
    /// A limit of [`crate::AnalysisConfig`] was passed, such as the longest duration. Holds which one.
    #[error("over a limit: {0}")]
    Limit(String),
    /// The deadline of this file passed.
    #[error("took too long and was given up")]
    Deadline,
    /// The caller asked to stop.
    #[error("cancelled")]
    Cancelled,
    /// A defect of ours: the analysis panicked. Holds the message.
    #[error("internal error: {0}")]
    Internal(String),
}

/// [`AnalysisError`] without its details: what is stored, filtered by and counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// See [`AnalysisError::Io`].
    Io,
    /// See [`AnalysisError::Unsupported`].
    Unsupported,
    /// See [`AnalysisError::Protected`].
    Protected,
    /// See [`AnalysisError::Unreadable`].
    Unreadable,
    /// See [`AnalysisError::TooShort`].
    TooShort,
    /// See [`AnalysisError::Limit`].
    Limit,
    /// See [`AnalysisError::Deadline`].
    Deadline,
    /// See [`AnalysisError::Cancelled`].
    Cancelled,
    /// See [`AnalysisError::Internal`].
    Internal,
}

impl AnalysisError {
    /// The kind of this error.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Io(_) => ErrorKind::Io,
            Self::Unsupported(_) => ErrorKind::Unsupported,
            Self::Protected(_) => ErrorKind::Protected,
            Self::Unreadable(_) => ErrorKind::Unreadable,
            Self::TooShort(_) => ErrorKind::TooShort,
            Self::Limit(_) => ErrorKind::Limit,
            Self::Deadline => ErrorKind::Deadline,
            Self::Cancelled => ErrorKind::Cancelled,
            Self::Internal(_) => ErrorKind::Internal,
        }
    }
}
