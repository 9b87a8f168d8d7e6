//! The drive that the fake starts with: a bit of everything that real drives hold.

use std::sync::LazyLock;

use super::drive::{Dates, Drive, ROOT};

/// The number of files in `/big`.
pub const BIG: u64 = 10_000;
/// The number of files in `/many`.
pub const MANY: u64 = 350;
/// The number of folders above `/deep/…/end.txt`.
pub const DEPTH: u64 = 16;

/// Names that the vendor allows and that URLs, headers or HTML trip over.
pub const NAMES: [&str; 13] = [
    "资料 a+b.txt",
    "空 格.txt",
    "100%.txt",
    "100%25.txt",
    "a#b.txt",
    "a&b=c.txt",
    "a+b.txt",
    "😀.bin",
    "it's (1) [2] {3}.txt",
    "~tilde!@$^,;`.txt",
    "-dash.txt",
    "末尾.TXT",
    "cafe\u{301}.txt",
];
/// Names that no file of ours may have: they would be another path.
pub const FORBIDDEN: [&str; 7] = ["..", ".", "a/b", "a\\b", "x\0y", "", "line\nbreak"];

static SAMPLE: LazyLock<Drive> = LazyLock::new(build);

/// A copy of the sample.
pub fn drive() -> Drive {
    SAMPLE.clone()
}

fn build() -> Drive {
    let mut drive = Drive::default();
    for (name, size) in NAMES.iter().zip(11..) {
        drive.add_file(ROOT, name, size);
    }
    drive.add_file(ROOT, "video.mp4", 300_000);
    drive.add_file(ROOT, "zero.bin", 0);
    let music = drive.add_folder(ROOT, "音乐");
    drive.add_file(music, "02.一千零一夜-李克勤.mp3", 4_321);
    drive.add_folder(ROOT, "empty");
    let binned = drive.add_file(ROOT, "binned.txt", 5);
    drive.edit(binned, |node| node.trashed = true);
    crowds(&mut drive);
    oddities(&mut drive);
    shared(&mut drive);
    direct(&mut drive);
    drive
}

fn crowds(drive: &mut Drive) {
    let big = drive.add_folder(ROOT, "big");
    for index in 1..=BIG {
        drive.add_file(big, &format!("f{index:05}.bin"), 1 + index % 7);
    }
    let many = drive.add_folder(ROOT, "many");
    for index in 1..=MANY {
        drive.add_file(many, &format!("第{index}集.mp4"), index);
    }
    let mut folder = drive.add_folder(ROOT, "deep");
    for level in 2..=DEPTH {
        folder = drive.add_folder(folder, &format!("层{level}"));
    }
    drive.add_file(folder, "end.txt", 16);
}

fn oddities(drive: &mut Drive) {
    let folder = drive.add_folder(ROOT, "duplicates");
    drive.add_file(folder, "same.txt", 3);
    drive.add_file(folder, "same.txt", 4);
    let same = drive.add_folder(folder, "same.txt");
    drive.add_file(same, "inside.txt", 5);
    let folder = drive.add_folder(ROOT, "forbidden");
    for name in FORBIDDEN {
        drive.add_file(folder, name, 6);
    }
    drive.add_file(folder, "fine.txt", 7);
    let folder = drive.add_folder(ROOT, "states");
    drive.add_unknown(folder, "unknown type", 7);
    for (name, status) in [("usable.txt", 100), ("rejected.txt", 101), ("invalid.txt", 104)] {
        let id = drive.add_file(folder, name, 8);
        drive.edit(id, |node| node.status = status);
    }
    let binned = drive.add_folder(folder, "binned");
    drive.edit(binned, |node| node.trashed = true);
    let folder = drive.add_folder(ROOT, "dates");
    for (name, dates) in [
        ("iso.txt", Dates::Iso),
        ("fraction.txt", Dates::Fraction),
        ("int.txt", Dates::Int),
        ("null.txt", Dates::Null),
    ] {
        let id = drive.add_file(folder, name, 9);
        drive.edit(id, |node| node.dates = dates);
    }
}

fn shared(drive: &mut Drive) {
    let shared = drive.add_folder(ROOT, "shared");
    drive.add_file(shared, "readme.txt", 64);
    drive.add_file(shared, "共享 文件.mp4", 2_000);
    drive.add_file(shared, "100%25.txt", 65);
    let inner = drive.add_folder(shared, "子目录");
    drive.add_file(inner, "inner.txt", 66);
    let many = drive.add_folder(shared, "many");
    for index in 1..=150 {
        drive.add_file(many, &format!("s{index:03}.txt"), index);
    }
}

fn direct(drive: &mut Drive) {
    let folder = drive.add_folder(ROOT, "direct");
    drive.edit(folder, |node| node.direct = true);
    for (name, size) in NAMES.iter().zip(101..) {
        drive.add_file(folder, name, size);
    }
    let inner = drive.add_folder(folder, "音乐");
    drive.add_file(inner, "一千零一夜.mp3", 2_345);
    drive.add_file(folder, "video.mp4", 200_000);
}
