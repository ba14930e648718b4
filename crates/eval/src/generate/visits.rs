//! Visits to hospitals.

use rand::RngExt;
use rand::distr::Distribution;

use super::day::Day;
use super::words::{Place, ids, person, places, street};
use super::{Blueprint, by_popularity, one_of};
use crate::noise::Stream;

pub(super) const BLUEPRINT: Blueprint = Blueprint {
    columns: &[
        "visit_id",
        "patient_id",
        "patient",
        "birth_date",
        "sex",
        "hospital_id",
        "hospital",
        "street",
        "postal_code",
        "city",
        "diagnosis_code",
        "diagnosis",
        "ward",
        "admitted",
        "discharged",
        "days",
    ],
    rules: "\
version 1

patients: fd patient_id -> patient, birth_date, sex
hospitals: fd hospital_id -> hospital, street, postal_code
places: fd postal_code -> city
diagnoses: fd diagnosis_code -> diagnosis, ward
stays: fd admitted, discharged -> days

born: deny admitted < birth_date by text
leaving: deny discharged < admitted by text
",
    records,
};

struct Patient {
    id: String,
    name: String,
    birth_date: Day,
    sex: &'static str,
}

struct Hospital {
    id: String,
    name: String,
    street: String,
    place: Place,
}

/// Code, name, ward.
const DIAGNOSES: [(&str, &str, &str); 16] = [
    ("A09", "Gastroenteritis", "Medicine"),
    ("E10", "Type 1 diabetes", "Medicine"),
    ("E11", "Type 2 diabetes", "Medicine"),
    ("G43", "Migraine", "Neurology"),
    ("G45", "Transient ischaemic attack", "Neurology"),
    ("H25", "Senile cataract", "Eye"),
    ("I10", "Hypertension", "Cardiology"),
    ("I20", "Angina pectoris", "Cardiology"),
    ("I21", "Acute myocardial infarction", "Cardiology"),
    ("J18", "Pneumonia", "Medicine"),
    ("J45", "Asthma", "Medicine"),
    ("K35", "Acute appendicitis", "Surgery"),
    ("K80", "Gallstones", "Surgery"),
    ("M16", "Arthrosis of the hip", "Orthopaedics"),
    ("M17", "Arthrosis of the knee", "Orthopaedics"),
    ("S82", "Fracture of the lower leg", "Orthopaedics"),
];

fn records(rows: usize, stream: &mut Stream) -> Vec<Vec<String>> {
    let patients = patients((rows / 5).max(10), stream);
    let hospitals = hospitals((rows / 80).max(6), stream);
    let by_patient = by_popularity(patients.len());
    let by_hospital = by_popularity(hospitals.len());
    let by_diagnosis = by_popularity(DIAGNOSES.len());
    let mut record = |visit| {
        let patient = &patients[by_patient.sample(stream)];
        let hospital = &hospitals[by_hospital.sample(stream)];
        let (code, diagnosis, ward) = DIAGNOSES[by_diagnosis.sample(stream)];
        let admitted = Day::first_of(2023).after(stream.random_range(0..365));
        let days = one_of(&[0, 1, 1, 2, 2, 3, 3, 4, 5, 7, 9, 14], stream);
        vec![
            format!("V{:06}", 100_000 + visit),
            patient.id.clone(),
            patient.name.clone(),
            patient.birth_date.to_string(),
            patient.sex.to_owned(),
            hospital.id.clone(),
            hospital.name.clone(),
            hospital.street.clone(),
            hospital.place.postal_code.clone(),
            hospital.place.city.clone(),
            code.to_owned(),
            diagnosis.to_owned(),
            ward.to_owned(),
            admitted.to_string(),
            admitted.after(days).to_string(),
            days.to_string(),
        ]
    };
    (0..rows).map(&mut record).collect()
}

/// Patients; one in twenty shares the name of another, and one in forty the day of birth too.
fn patients(count: usize, stream: &mut Stream) -> Vec<Patient> {
    let mut patients: Vec<Patient> = Vec::with_capacity(count);
    for number in ids(count, 10_000..10_000 + 9 * count, stream) {
        let birth_date = Day::first_of(1970).after(stream.random_range(0..16_000));
        let sex = one_of(&["female", "male"], stream);
        let mut patient = Patient { id: number.to_string(), name: person(stream), birth_date, sex };
        if !patients.is_empty() && stream.random_ratio(1, 20) {
            let other = &patients[stream.random_range(0..patients.len())];
            patient.name.clone_from(&other.name);
            if stream.random_bool(0.5) {
                patient.birth_date = other.birth_date;
            }
        }
        patients.push(patient);
    }
    patients
}

/// Hospitals, each at a postal code of its own; the second of a city tells itself apart by one word.
fn hospitals(count: usize, stream: &mut Stream) -> Vec<Hospital> {
    let numbers = ids(count, 100..100 + 9 * count, stream);
    let places = places(count, stream);
    let hospital = |(number, place): (usize, Place)| {
        let of = one_of(&["Children's Hospital", "General Hospital", "Hospital North", "Hospital South"], stream);
        let name = format!("{} {of}", place.city);
        Hospital { id: format!("H-{number}"), name, street: street(stream), place }
    };
    numbers.into_iter().zip(places).map(hospital).collect()
}
