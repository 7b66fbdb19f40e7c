//! The bytes of a caller's buffer as a slice: the only unsafe code of this package.

#![allow(unsafe_code, reason = "the buffer protocol gives out a pointer")]

use std::slice;

use pyo3::buffer::PyUntypedBuffer;
use pyo3::exceptions::PyBufferError;
use pyo3::prelude::*;

/// Hands the bytes of `buffer` to `take`, which may write them. No Python code runs meanwhile.
pub(crate) fn with_mut<T>(
    _py: Python<'_>,
    buffer: &PyUntypedBuffer,
    take: impl FnOnce(&mut [u8]) -> T,
) -> PyResult<T> {
    if buffer.readonly() {
        return Err(PyBufferError::new_err("the buffer cannot be written"));
    }
    check(buffer)?;
    if buffer.len_bytes() == 0 {
        return Ok(take(&mut []));
    }
    // SAFETY: the exporter keeps this many contiguous, writable bytes where they are as long as the buffer is held, and `buffer` outlives the
    // slice. Each store of Python code needs the interpreter lock, which `_py` shows that this thread has, and `take` has no `Python` to
    // give it up by. So this is the only access. (A library that writes a buffer without that lock breaks Python's own rule for a writable
    // buffer that it has exported.)
    let bytes = unsafe { slice::from_raw_parts_mut(buffer.buf_ptr().cast(), buffer.len_bytes()) };
    Ok(take(bytes))
}

/// Hands the bytes of `buffer` to `take`, to read. No Python code runs meanwhile.
pub(crate) fn with<T>(
    _py: Python<'_>,
    buffer: &PyUntypedBuffer,
    take: impl FnOnce(&[u8]) -> T,
) -> PyResult<T> {
    check(buffer)?;
    if buffer.len_bytes() == 0 {
        return Ok(take(&[]));
    }
    // SAFETY: as in `with_mut`; to read, the bytes need not be writable.
    let bytes = unsafe { slice::from_raw_parts(buffer.buf_ptr().cast(), buffer.len_bytes()) };
    Ok(take(bytes))
}

fn check(buffer: &PyUntypedBuffer) -> PyResult<()> {
    match buffer.is_c_contiguous() {
        true => Ok(()),
        false => Err(PyBufferError::new_err(
            "the bytes of the buffer do not lie side by side: pass a contiguous one",
        )),
    }
}
