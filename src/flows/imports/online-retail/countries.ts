/** A country of the file: ISO 3166-1 code, a real city with its postcode for the address, and whether UK VAT is in its prices. */
export interface RetailCountry {
  code: string
  city: string
  postcode: string
  /** Deliveries in the UK and the EU of 2011 carried UK VAT; exports did not. */
  taxed: boolean
}

const place = (code: string, city: string, postcode: string, taxed: boolean): RetailCountry => ({ code, city, postcode, taxed })

/**
 * The 38 names of the file. The data has no addresses: an address is made of the capital (Hong Kong, Jersey: the one city; "European Community": Brussels).
 * EIRE, RSA and "Channel Islands" (taken as Jersey) are the file's words.
 */
const COUNTRIES: Readonly<Record<string, RetailCountry>> = {
  'United Kingdom': place('GB', 'London', 'EC1A 1BB', true),
  Unspecified: place('GB', 'London', 'EC1A 1BB', true),
  'Channel Islands': place('JE', 'Saint Helier', 'JE2 3AB', false),
  EIRE: place('IE', 'Dublin', 'D01 F5P2', true),
  Germany: place('DE', 'Berlin', '10115', true),
  France: place('FR', 'Paris', '75001', true),
  Spain: place('ES', 'Madrid', '28001', true),
  Netherlands: place('NL', 'Amsterdam', '1011 AB', true),
  Belgium: place('BE', 'Brussels', '1000', true),
  'European Community': place('BE', 'Brussels', '1000', true),
  Portugal: place('PT', 'Lisbon', '1100-001', true),
  Italy: place('IT', 'Rome', '00118', true),
  Finland: place('FI', 'Helsinki', '00100', true),
  Cyprus: place('CY', 'Nicosia', '1010', true),
  Sweden: place('SE', 'Stockholm', '111 20', true),
  Austria: place('AT', 'Vienna', '1010', true),
  Denmark: place('DK', 'Copenhagen', '1050', true),
  Poland: place('PL', 'Warsaw', '00-001', true),
  Greece: place('GR', 'Athens', '105 57', true),
  Malta: place('MT', 'Valletta', 'VLT 1010', true),
  Lithuania: place('LT', 'Vilnius', '01100', true),
  'Czech Republic': place('CZ', 'Prague', '110 00', true),
  Switzerland: place('CH', 'Bern', '3000', false),
  Norway: place('NO', 'Oslo', '0150', false),
  Iceland: place('IS', 'Reykjavik', '101', false),
  Australia: place('AU', 'Canberra', '2600', false),
  Japan: place('JP', 'Tokyo', '100-0001', false),
  Israel: place('IL', 'Jerusalem', '9100000', false),
  USA: place('US', 'Washington', '20001', false),
  'Hong Kong': place('HK', 'Hong Kong', '', false),
  Singapore: place('SG', 'Singapore', '018956', false),
  Canada: place('CA', 'Ottawa', 'K1A 0A1', false),
  'United Arab Emirates': place('AE', 'Abu Dhabi', '', false),
  RSA: place('ZA', 'Pretoria', '0002', false),
  Lebanon: place('LB', 'Beirut', '1100', false),
  Brazil: place('BR', 'Brasilia', '70000-000', false),
  Bahrain: place('BH', 'Manama', '317', false),
  'Saudi Arabia': place('SA', 'Riyadh', '11564', false),
}

/** Towns with a postcode of their centre, over which customers in the United Kingdom are spread by their number. */
const BRITISH_TOWNS: readonly (readonly [string, string])[] = [
  ['London', 'EC1A 1BB'],
  ['London', 'SE1 9SG'],
  ['London', 'W1D 3QU'],
  ['Birmingham', 'B1 1BB'],
  ['Bristol', 'BS1 4ST'],
  ['Cardiff', 'CF10 1EP'],
  ['Leicester', 'LE1 5WW'],
  ['Nottingham', 'NG1 2DP'],
  ['Norwich', 'NR2 1NH'],
  ['Southampton', 'SO14 7DU'],
  ['Manchester', 'M2 5DB'],
  ['Leeds', 'LS1 3AD'],
  ['Newcastle upon Tyne', 'NE1 7DE'],
  ['Carlisle', 'CA3 8JA'],
  ['Belfast', 'BT1 5GS'],
  ['Edinburgh', 'EH1 1YZ'],
  ['Aberdeen', 'AB10 1AB'],
  ['Glasgow', 'G1 1XQ'],
  ['Glasgow', 'G2 1DU'],
  ['Glasgow', 'G12 8QQ'],
  ['Glasgow', 'G41 1PS'],
]

/** What a name of the file means, or undefined for a name the file did not have. */
export function retailCountry(name: string): RetailCountry | undefined {
  return COUNTRIES[name]
}

/** City and postcode for a customer (null: a guest of the web shop, placed by the invoice number instead). */
export function retailTown(country: RetailCountry, customer: string | null, invoice: string): { city: string; postcode: string } {
  if (country.code !== 'GB') return { city: country.city, postcode: country.postcode }
  const spread = Number(customer ?? invoice.replaceAll(/\D/g, ''))
  const [city, postcode] = BRITISH_TOWNS[spread % BRITISH_TOWNS.length] ?? BRITISH_TOWNS[0] ?? ['London', 'EC1A 1BB']
  return { city, postcode }
}
