//! Packs `data/pinyin.txt` for `src/names/pinyin.rs`: for each character of Unicode's basic block a bit
//! that says whether its reading is known, and nine more if it is.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

/// Unicode's basic block of Chinese characters, as `src/names/pinyin.rs` has it.
const BLOCK: std::ops::Range<u32> = 0x4E00..0xA000;
/// Bits of a syllable's number.
const BITS: usize = 9;
/// The number of words of known characters that are counted together.
const WORDS: usize = 8;
/// Words of bits that say of most characters that they have one reading.
const HINTS: usize = 16;
/// Letters of the longest syllable, as `zhuang`.
const LETTERS: usize = 6;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=data/pinyin.txt");
    println!("cargo::rerun-if-changed=build.rs");
    let text = fs::read_to_string("data/pinyin.txt")?;
    let lines = text.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>();
    let (mut first, mut others) = (BTreeMap::new(), Vec::new());
    let mut spellings = String::new();
    let mut last = "";
    for (number, line) in lines.iter().enumerate() {
        let mut fields = line.split(' ');
        let spelling = fields.next().unwrap_or_default();
        if spelling <= last || spelling.len() > LETTERS || number >> BITS > 0 {
            return Err(format!("{spelling:?}: not in order, too long or too many").into());
        }
        last = spelling;
        let mut letters = [0_u8; LETTERS];
        letters.iter_mut().zip(spelling.bytes()).for_each(|(letter, byte)| *letter = byte);
        writeln!(spellings, "    {letters:?},")?;
        for field in fields {
            let also = field.strip_prefix('+');
            for letter in also.unwrap_or(field).chars() {
                let code = u32::from(letter);
                if !BLOCK.contains(&code) {
                    return Err(format!("{letter}: not of the basic block").into());
                }
                if also.is_some() {
                    others.push((code, number));
                } else if first.insert(code, number).is_some() {
                    return Err(format!("{letter}: has two first readings").into());
                }
            }
        }
    }
    others.sort_unstable();
    let mut words = vec![0_u64; BLOCK.len() / 64];
    let mut packed = vec![0_u8; (first.len() * BITS).div_ceil(8) + 1];
    for (place, (code, number)) in first.iter().enumerate() {
        let index = usize::try_from(code - BLOCK.start)?;
        *words.get_mut(index / 64).ok_or("a word too few")? |= 1 << (index % 64);
        let shifted = number << (place * BITS % 8);
        for (byte, part) in packed.iter_mut().skip(place * BITS / 8).zip(shifted.to_le_bytes()) {
            *byte |= part;
        }
    }
    let mut hints = [0_u64; HINTS];
    for (code, _) in &others {
        let bit = usize::try_from(*code)? % (64 * HINTS);
        *hints.get_mut(bit / 64).ok_or("a hint too few")? |= 1 << (bit % 64);
    }
    let before = words.chunks(WORDS).scan(0, |seen: &mut u32, words| {
        let before = *seen;
        *seen += words.iter().map(|word| word.count_ones()).sum::<u32>();
        Some(before)
    });
    let before = before.collect::<Vec<_>>();
    let source = format!(
        "pub static KNOWN: [u64; {}] = {words:?};\npub static BEFORE: [u16; {}] = {before:?};\n\
         pub static FIRST: [u8; {}] = {packed:?};\npub static OTHERS: [(u16, u16); {}] = {others:?};\n\
         pub static SPELLINGS: [[u8; {LETTERS}]; {}] = [\n{spellings}];\n\
         pub static HINTS: [u64; {HINTS}] = {hints:?};\n",
        words.len(),
        before.len(),
        packed.len(),
        others.len(),
        lines.len(),
    );
    fs::write(
        PathBuf::from(env::var_os("OUT_DIR").ok_or("no OUT_DIR")?).join("pinyin.rs"),
        source,
    )?;
    Ok(())
}
