//! The table of results, for people and as JSON.

use std::{fs, io};

use serde::Serialize;

/// The results of one run.
#[derive(Default, Serialize)]
pub struct Table {
    rows: Vec<Row>,
}

/// One measurement; the same fields as in `benches/workerd/lib/table.js`.
#[derive(Serialize)]
pub struct Row {
    what: String,
    figure: f64,
    unit: &'static str,
    /// The target, such as `≤ 2`; empty where the figure is only reported.
    target: String,
    met: Option<bool>,
}

const FILE: &str = "target/bench/native.json";

impl Table {
    pub fn at_most(&mut self, what: impl Into<String>, figure: f64, unit: &'static str, most: f64) {
        let target = format!("≤ {most}");
        self.rows.push(Row { what: what.into(), figure, unit, target, met: Some(figure <= most) });
    }

    pub fn at_least(
        &mut self,
        what: impl Into<String>,
        figure: f64,
        unit: &'static str,
        least: f64,
    ) {
        let target = format!("≥ {least}");
        self.rows.push(Row { what: what.into(), figure, unit, target, met: Some(figure >= least) });
    }

    pub fn report(&mut self, what: impl Into<String>, figure: f64, unit: &'static str) {
        self.rows.push(Row { what: what.into(), figure, unit, target: String::new(), met: None });
    }

    pub fn print(&self) {
        for Row { what, figure, unit, target, met } in &self.rows {
            let figure = if *figure >= 100.0 || figure.fract() == 0.0 {
                format!("{figure:.0} {unit}")
            } else {
                format!("{figure:.2} {unit}")
            };
            let met = match met {
                Some(true) => "met",
                Some(false) => "NOT MET",
                None => "",
            };
            println!("{what:<72} {figure:>12}  {target:<6} {met}");
        }
    }

    pub fn write(&self) -> io::Result<()> {
        fs::create_dir_all("target/bench")?;
        fs::write(FILE, serde_json::to_string_pretty(self)?)
    }
}
