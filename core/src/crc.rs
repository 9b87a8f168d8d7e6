//! CRC-32, the checksum of zip archives: as in ISO 3309, of the reflected polynomial `0xedb88320`.

/// The CRC-32 of these bytes.
pub fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        let [low, ..] = (crc ^ u32::from(*byte)).to_le_bytes();
        crc >> 8 ^ TABLE.get(usize::from(low)).copied().unwrap_or_default()
    };
    !bytes.iter().fold(u32::MAX, step)
}

#[expect(clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "made when compiled")]
static TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut index = 0;
    while index < table.len() {
        let (mut crc, mut bit) = (index as u32, 0);
        while bit < 8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
            bit += 1;
        }
        table[index] = crc;
        index += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected values are from Python's `zlib.crc32`.
    #[test]
    fn the_checksum_is_what_other_implementations_compute() {
        for (text, want) in [("", 0), ("123456789", 0xcbf4_3926), ("https://h/中\n", 0xbcc4_3c75)]
        {
            assert_eq!(crc32(text.as_bytes()), want, "{text:?}");
        }
    }
}
