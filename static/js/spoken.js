// Numbers as people say them to their phone: "lima belas kilo", "32 ribu 500". The same as ovop.kernel.spoken; a test holds
// the two together.
const NAMES = ["satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"];
const DIGITS = Object.fromEntries(["nol", ...NAMES].map((name, number) => [name, number]));
const WHOLE = { sepuluh: 10, sebelas: 11, seratus: 100 };
const PARTS = { "": 0, "setengah ": 0.5, "seperempat ": 0.25, "tiga perempat ": 0.75 };

// Every word of what is matched has a space behind it.
const DIGIT = `(?:${NAMES.join("|")}) `;
const TENS = `(?:sepuluh |sebelas |${DIGIT}belas |${DIGIT}puluh (?:${DIGIT})?|${DIGIT}|nol )`;
const FIGURES = "(?:[0-9]{1,9} |[0-9]{1,3}(?:\\.[0-9]{3}){1,2} |[0-9]{1,6},[0-9]{1,3} )";
const GROUP = `(?:(?:seratus |${DIGIT}ratus )(?:${TENS})?|${TENS}|${FIGURES})`;
const SAID = new RegExp(`^((?:(?<million>sejuta )|(?<millions>${GROUP})(?:juta |jt ))?(?:(?<thousand>seribu )|(?<thousands>${GROUP})(?:ribu |rb ))?`
  + `(?<rest>${GROUP})?(?<part>setengah |seperempat |tiga perempat )?(?:(?<=\\S )koma (?<decimals>(?:nol |${DIGIT}){1,3}))?)`
  + "(?<unit>(?:kg|kilo|kilogram|ons|g|gr|gram|ekor|buah|bungkus|tusuk|biji|pak|pcs) )?(?<late>setengah )?$");

export function spoken(typed, language = "id") {
  const text = typed.toLowerCase().replace(/(?<=[0-9])(?=[a-z])/g, " ").replace(/\bse(kilo|kilogram|ons|ekor|buah|bungkus|tusuk)\b/g, "satu $1");
  const found = `${text.trim().split(/\s+/).join(" ")} `.match(SAID);
  if (!found) return typed;
  const [, number] = found;
  const { million, millions, thousand, thousands, rest, part, decimals, unit = "", late } = found.groups;
  const fractions = [part, decimals, late, rest?.includes(",")].filter(Boolean).length;
  if (!number || fractions > 1 || !(late || /[a-z]/.test(number))) return typed;
  const value = 1e6 * (valueOf(millions) + (million ? 1 : 0)) + 1e3 * (valueOf(thousands) + (thousand ? 1 : 0)) + valueOf(rest)
    + PARTS[part ?? late ?? ""] + Number(`0.${(decimals ?? "").trim().split(" ").map((word) => DIGITS[word] ?? "").join("")}0`);
  const written = String(Math.round(value * 1000) / 1000);
  return `${language === "en" ? written : written.replace(".", ",")} ${unit}`.trim();
}

function valueOf(group = "") {
  const words = group.trim().split(" ").filter(Boolean);
  if (/^[0-9]/.test(words[0] ?? "")) return Number(words[0].replaceAll(".", "").replace(",", "."));
  let value = 0;
  let digit = 0;
  for (const word of words) {
    if (word === "belas") value += 10;
    else if (word === "puluh") value += 9 * digit; // the digit itself is counted already
    else if (word === "ratus") value += 99 * digit;
    else {
      digit = DIGITS[word] ?? 0;
      value += digit || (WHOLE[word] ?? 0);
    }
  }
  return value;
}
