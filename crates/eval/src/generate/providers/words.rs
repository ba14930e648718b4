//! Words of the register: capitals without accents, as such registers are published.

/// Last names, some of them one letter apart.
pub(super) const LAST: [&str; 64] = [
    "ABBOTT",
    "ABERNATHY",
    "AGARWAL",
    "ANDERSEN",
    "ANDERSON",
    "BAKER",
    "BARKER",
    "BENNET",
    "BENNETT",
    "BLOOM",
    "BROWN",
    "BROWNE",
    "CARLSON",
    "CHAN",
    "CHANG",
    "CHEN",
    "CLARK",
    "CLARKE",
    "COLE",
    "DAVIES",
    "DAVIS",
    "DELGADO",
    "DIAZ",
    "EVANS",
    "FERNANDEZ",
    "FORD",
    "GRAY",
    "GREY",
    "GUPTA",
    "HALL",
    "HERNANDEZ",
    "HOFFMAN",
    "HOFFMANN",
    "HUGHES",
    "IBRAHIM",
    "JOHNSON",
    "JOHNSTON",
    "KHAN",
    "KIM",
    "KLEIN",
    "LE",
    "LEE",
    "LEIGH",
    "LEWIS",
    "LOPEZ",
    "MACDONALD",
    "MARTIN",
    "MARTINEZ",
    "MCDONALD",
    "MURPHY",
    "NGUYEN",
    "O'BRIEN",
    "O'CONNOR",
    "OKONKWO",
    "PATEL",
    "PEREZ-SOTO",
    "PETERSEN",
    "PETERSON",
    "REED",
    "REID",
    "SINGH",
    "SMITH",
    "SMYTHE",
    "ST CLAIR",
];

/// First halves of rarer last names.
pub(super) const ROOT: [&str; 40] = [
    "ALD", "ARN", "BAL", "BECK", "BERN", "BLACK", "BRAD", "BRAN", "BUR", "CAL", "CART", "CLAY", "CRAW", "DAL", "DUN",
    "EDG", "FARN", "FEN", "GAL", "GIL", "GOLD", "HAL", "HART", "HOL", "KEN", "KIRK", "LANG", "LIND", "LOCK", "MAL",
    "MOR", "NEWT", "ORM", "PEN", "RAD", "SHEL", "STAN", "THORN", "WAL", "WIN",
];

/// Second halves of rarer last names.
pub(super) const ROOT_END: [&str; 18] = [
    "BERG", "BROOK", "BY", "DEN", "ELL", "ER", "ERS", "HAM", "IN", "ING", "LEY", "LOW", "MAN", "MANN", "ON", "SON",
    "TON", "WOOD",
];

/// First names of women; each even place and the one behind it are easily taken for each other.
pub(super) const WOMEN: [&str; 24] = [
    "ANN",
    "ANNE",
    "CATHERINE",
    "KATHERINE",
    "CHRISTINA",
    "CHRISTINE",
    "DIANA",
    "DIANE",
    "ELISABETH",
    "ELIZABETH",
    "JEAN",
    "JEANNE",
    "LAURA",
    "LAUREN",
    "MARIA",
    "MARIE",
    "MICHELE",
    "MICHELLE",
    "PRIYA",
    "PRIYANKA",
    "SARA",
    "SARAH",
    "TERESA",
    "THERESA",
];

/// First names of men, in pairs as those of women.
pub(super) const MEN: [&str; 24] = [
    "ALAN", "ALLEN", "BRIAN", "BRYAN", "DANIEL", "DANNY", "ERIC", "ERIK", "GEOFFREY", "JEFFREY", "JOHN", "JON", "MARC",
    "MARK", "MOHAMED", "MOHAMMED", "PHILIP", "PHILLIP", "ROBERT", "ROBERTO", "STEPHEN", "STEVEN", "WILL", "WILLIAM",
];

/// Middle names where they are written in full.
pub(super) const MIDDLE: [&str; 16] = [
    "ALEXANDER",
    "ANN",
    "ANTHONY",
    "CHARLES",
    "ELAINE",
    "GRACE",
    "JAMES",
    "JOSEPH",
    "KUMAR",
    "LEE",
    "LOUISE",
    "LYNN",
    "MARIE",
    "PATRICK",
    "ROSE",
    "THOMAS",
];

/// Schools; the first is what is written of all that the list does not know.
pub(super) const SCHOOLS: [&str; 22] = [
    "OTHER",
    "ASHFORD UNIVERSITY SCHOOL OF MEDICINE",
    "ASHFORD UNIVERSITY SCHOOL OF NURSING",
    "BAYVIEW COLLEGE OF MEDICINE",
    "BAYVIEW COLLEGE OF OSTEOPATHIC MEDICINE",
    "CEDAR VALLEY COLLEGE OF CHIROPRACTIC",
    "CEDAR VALLEY UNIVERSITY, COLLEGE OF MEDICINE",
    "EASTERN PLAINS UNIVERSITY SCHOOL OF MEDICINE",
    "FAIRMONT MEDICAL COLLEGE",
    "FAIRMOUNT MEDICAL COLLEGE",
    "GREAT RIVER COLLEGE OF OPTOMETRY",
    "GREAT RIVER COLLEGE OF PODIATRIC MEDICINE",
    "HOLLINS STATE UNIVERSITY AT EASTON",
    "HOLLINS STATE UNIVERSITY AT WESTON",
    "LAKELAND UNIVERSITY SCHOOL OF MEDICINE",
    "MERIDIAN UNIVERSITY, HEALTH SCIENCES CENTER",
    "NORTHERN PLAINS UNIVERSITY SCHOOL OF MEDICINE",
    "PINECREST SCHOOL OF PHYSICAL THERAPY",
    "ROCKFIELD UNIVERSITY MEDICAL CENTER",
    "STATE UNIVERSITY OF MARLOWE, COLLEGE OF MEDICINE",
    "UNIVERSITY OF MARLOWE, COLLEGE OF MEDICINE",
    "WESTBROOK MEDICAL SCHOOL",
];

/// Specialties with the credential that most of their practitioners have.
pub(super) const SPECIALTIES: [(&str, &str); 32] = [
    ("INTERNAL MEDICINE", "MD"),
    ("FAMILY PRACTICE", "MD"),
    ("NURSE PRACTITIONER", "NP"),
    ("PHYSICIAN ASSISTANT", "PA"),
    ("PHYSICAL THERAPY", "PT"),
    ("ANESTHESIOLOGY", "MD"),
    ("DIAGNOSTIC RADIOLOGY", "MD"),
    ("CHIROPRACTIC", "DC"),
    ("CARDIOLOGY", "MD"),
    ("EMERGENCY MEDICINE", "MD"),
    ("OBSTETRICS/GYNECOLOGY", "MD"),
    ("ORTHOPEDIC SURGERY", "MD"),
    ("OPTOMETRY", "OD"),
    ("GENERAL SURGERY", "MD"),
    ("GENERAL PRACTICE", "MD"),
    ("NEUROLOGY", "MD"),
    ("NEPHROLOGY", "MD"),
    ("UROLOGY", "MD"),
    ("PODIATRY", "DPM"),
    ("PSYCHIATRY", "MD"),
    ("CLINICAL PSYCHOLOGIST", "PHD"),
    ("CLINICAL SOCIAL WORKER", "CSW"),
    ("PHYSICAL MEDICINE AND REHABILITATION", "MD"),
    ("OCCUPATIONAL THERAPY", "OT"),
    ("INTERVENTIONAL CARDIOLOGY", "MD"),
    ("INTERVENTIONAL RADIOLOGY", "MD"),
    ("CARDIAC SURGERY", "MD"),
    ("THORACIC SURGERY", "MD"),
    ("RADIATION ONCOLOGY", "MD"),
    ("MEDICAL ONCOLOGY", "MD"),
    ("PAIN MANAGEMENT", "DO"),
    ("SPORTS MEDICINE", "DO"),
];

/// What practices are named after beside their people and towns.
pub(super) const PRACTICE: [&str; 12] = [
    "ADVANCED",
    "CAPITAL",
    "COASTAL",
    "CROSSROADS",
    "EASTSIDE",
    "FIRST",
    "HIGHLAND",
    "LAKESHORE",
    "NORTHSIDE",
    "PREMIER",
    "UNITED",
    "WESTSIDE",
];

/// What practices are.
pub(super) const KIND: [&str; 14] = [
    "CARDIOLOGY ASSOCIATES",
    "CLINIC",
    "EYE CENTER",
    "EYE CLINIC",
    "FAMILY CARE",
    "FAMILY HEALTH CENTER",
    "HEALTH PARTNERS",
    "HEART CENTER",
    "IMAGING",
    "MEDICAL ASSOCIATES",
    "MEDICAL GROUP",
    "ORTHOPEDICS",
    "PHYSICAL THERAPY",
    "PHYSICIANS",
];

/// What stands behind the name of a practice.
pub(super) const FORM: [&str; 7] = ["", "", "", " INC", " LLC", " PA", " PC"];

/// States with the first two digits of their zip codes and their area codes.
pub(super) const STATES: [(&str, u32, [u32; 2]); 14] = [
    ("AL", 35, [205, 256]),
    ("CO", 80, [303, 719]),
    ("FL", 33, [305, 813]),
    ("GA", 30, [404, 706]),
    ("IL", 60, [312, 708]),
    ("MA", 1, [413, 617]),
    ("MI", 48, [313, 616]),
    ("MN", 55, [218, 612]),
    ("NC", 27, [336, 919]),
    ("NJ", 7, [201, 609]),
    ("OH", 44, [216, 614]),
    ("PA", 15, [412, 814]),
    ("TX", 75, [214, 512]),
    ("WA", 98, [206, 509]),
];

/// First halves of the names of cities.
pub(super) const TOWN: [&str; 22] = [
    "ASH", "BAY", "BEL", "BLOOM", "BROOK", "CEDAR", "CLEAR", "EAST", "FAIR", "GLEN", "GREEN", "LAKE", "LAWRENCE",
    "MARSH", "MILL", "NORTH", "OAK", "RIVER", "ROCK", "SPRING", "WEST", "WOOD",
];

/// Second halves of the names of cities.
pub(super) const TOWN_END: [&str; 12] =
    [" CITY", "BURG", "DALE", "FIELD", "FORD", "LAND", "MONT", "PORT", "SIDE", "TON", "VIEW", "VILLE"];

/// Names of streets.
pub(super) const STREET: [&str; 24] = [
    "1ST",
    "2ND",
    "3RD",
    "CHESTNUT",
    "CHURCH",
    "COLLEGE",
    "COMMERCE",
    "ELM",
    "HIGHLAND",
    "HOSPITAL",
    "LINCOLN",
    "MADISON",
    "MAIN",
    "MAPLE",
    "MEDICAL CENTER",
    "OAK",
    "PARK",
    "PINE",
    "RIDGE",
    "STATE",
    "SUNSET",
    "UNIVERSITY",
    "WALNUT",
    "WASHINGTON",
];

/// Ways, in full and short.
pub(super) const WAY: [&str; 9] = ["AVE", "AVENUE", "BLVD", "DR", "DRIVE", "PKWY", "RD", "ROAD", "ST"];

/// What stands before the name of a street.
pub(super) const SIDE: [&str; 9] = ["", "", "", "", "", "E ", "N ", "S ", "W "];

/// What stands before a number in a second line of an address.
pub(super) const WITHIN: [&str; 4] = ["BUILDING ", "FLOOR ", "STE ", "SUITE "];
