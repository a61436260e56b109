// A file as people export it from somewhere else: semicolons, a byte order mark, quoted line breaks,
// and mistakes. It remembers on which line of the file it put what.

/** A row that must be refused, and what must be said of it. */
export interface BadRow {
  line: number;
  field: string;
  reason: RegExp;
}

export interface MessyFile {
  content: Buffer;
  /** How many rows go in. */
  good: number;
  bad: BadRow[];
}

const DOMAIN = "import.example";
const HEADINGS = ["Groups", "EMAIL", "organization_role", "Name"] as const;

/** The people of the file whom the tests look for. */
export const ANA = { email: `lima.ana@${DOMAIN}`, name: "Lima, Ana", groups: ["Berlin", "Cairo"] };
export const NINA = { email: `nina@${DOMAIN}`, name: 'Ana "Nina" Lima; née Sørensen' };
export const LAST = { email: `last+tag@${DOMAIN}`, name: "最後 太郎" };

/** A file of that many rows; the organization's only administrator is `administrator`. */
export function messyFile(rows: number, administrator: string): MessyFile {
  let text = `\uFEFF${HEADINGS.join(";")}\r\n`;
  let line = 2;
  let count = 0;
  let good = 0;
  const bad: BadRow[] = [];

  const put = (groups: string, email: string, role: string, name: string): number => {
    const row = [groups, email, role, name].map(quoted).join(";");
    const start = line;
    text += `${row}\r\n`;
    line += row.split("\n").length;
    count += 1;
    return start;
  };
  const accept = (...cells: [groups: string, email: string, role: string, name: string]) => {
    put(...cells);
    good += 1;
  };
  const refuse = (field: string, reason: RegExp, ...cells: [string, string, string, string]) => {
    bad.push({ line: put(...cells), field, reason });
  };

  accept("Berlin;\r\nCairo", ANA.email, "member", ANA.name);
  refuse("email", /twice|second|already/i, "", ANA.email.toUpperCase(), "", "Ana Again");
  accept("", NINA.email, "", NINA.name);
  text += "\r\n";
  line += 1;
  refuse("email", /two @ signs/, "Berlin", `broken@@${DOMAIN}`, "member", "Two Signs");
  refuse("email", /no @ sign/, "", "nobody", "member", "No Sign");
  refuse("email", /no ending/, "", "nobody@localhost", "member", "No Ending");
  refuse("email", /missing/, "", "", "member", "No Address");
  refuse("email", /space/, "", `a b@${DOMAIN}`, "member", "A Space");
  refuse("organization_role", /boss.*administrator, member, security/, "", `boss@${DOMAIN}`, "boss", "A Boss");
  refuse("name", /cannot be shown/, "", `broken.name@${DOMAIN}`, "member", "Broken\nName");
  refuse("name", /cannot be shown/, "", `turned@${DOMAIN}`, "member", "evil\u202Eeman");
  refuse("groups", /administrator/i, "Administrators", `climber@${DOMAIN}`, "member", "A Climber");
  refuse("organization_role", /administrator/i, "", administrator.toUpperCase(), "member", "");
  while (count < rows - 2) {
    const number = String(count).padStart(5, "0");
    accept(count % 3 === 0 ? "Berlin" : "", `person${number}@${DOMAIN}`, "member", `Person ${number}`);
  }
  refuse("email", /twice|second|already/i, "", "Person00100@IMPORT.example", "security", "");
  accept("Cairo; Dublin ;", LAST.email, "Security", LAST.name);
  return { content: Buffer.from(text), good, bad };
}

function quoted(cell: string): string {
  return /[";,\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** The line of the output that tells of a bad row. */
export function told({ line, field, reason }: BadRow): RegExp {
  const number = line.toLocaleString("en").replace(",", ",?");
  return new RegExp(`^(?=.*\\b${number}\\b)(?=.*\\b${field}\\b).*${reason.source}.*$`, `m${reason.flags}`);
}
