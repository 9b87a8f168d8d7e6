// Rows of the table of results, with the same fields as in benches/native/report.rs.

export function atMost(what, figure, unit, most) {
  return { what, figure, unit, target: `≤ ${most}`, met: figure <= most };
}

export function atLeast(what, figure, unit, least) {
  return { what, figure, unit, target: `≥ ${least}`, met: figure >= least };
}

export function report(what, figure, unit) {
  return { what, figure, unit, target: "", met: null };
}

/** The median; of an even number of values the upper one of the middle two. */
export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

export function print(rows) {
  for (const { what, figure, unit, target, met } of rows) {
    const rounded = figure >= 100 || Number.isInteger(figure) ? figure.toFixed(0) : figure.toFixed(2);
    const verdict = met === null ? "" : met ? "met" : "NOT MET";
    console.log(`${what.padEnd(72)} ${`${rounded} ${unit}`.padStart(12)}  ${target.padEnd(8)} ${verdict}`);
  }
}
