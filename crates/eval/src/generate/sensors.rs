//! Readings of sensors.

use rand::RngExt;
use rand::distr::Distribution;

use super::day::Day;
use super::words::{Place, ids, places};
use super::{Blueprint, by_popularity, one_of};
use crate::noise::Stream;

pub(super) const BLUEPRINT: Blueprint = Blueprint {
    columns: &[
        "reading_id",
        "sensor_id",
        "station_id",
        "station",
        "region",
        "latitude",
        "longitude",
        "model",
        "maker",
        "quantity",
        "unit",
        "low",
        "high",
        "installed",
        "day",
        "value",
    ],
    rules: "\
version 1

sensors: fd sensor_id -> station_id, model, installed
stations: fd station_id -> station, region, latitude, longitude
models: fd model -> maker, quantity, low, high
units: fd quantity -> unit

# A reading lies within the limits of its model, and after the sensor was there.
floor: deny value < low by number
ceiling: deny value > high by number
times: deny day < installed by text
",
    records,
};

struct Model {
    name: &'static str,
    maker: &'static str,
    quantity: &'static str,
    unit: &'static str,
    low: i32,
    high: i32,
}

const fn model(
    name: &'static str,
    maker: &'static str,
    (quantity, unit): (&'static str, &'static str),
    (low, high): (i32, i32),
) -> Model {
    Model { name, maker, quantity, unit, low, high }
}

const HUMIDITY: (&str, &str) = ("humidity", "%");
const PRESSURE: (&str, &str) = ("pressure", "hPa");
const TEMPERATURE: (&str, &str) = ("temperature", "°C");
const WIND: (&str, &str) = ("wind", "m/s");

const MODELS: [Model; 9] = [
    model("HX-10", "Halden", HUMIDITY, (0, 100)),
    model("HX-12", "Halden", HUMIDITY, (5, 95)),
    model("TX-10", "Halden", TEMPERATURE, (-40, 60)),
    model("TX-12", "Halden", TEMPERATURE, (-55, 85)),
    model("Baro 3", "Møller", PRESSURE, (300, 1100)),
    model("Baro 3S", "Møller", PRESSURE, (500, 1100)),
    model("Termo 1", "Møller", TEMPERATURE, (-30, 50)),
    model("V200", "Ventus", WIND, (0, 60)),
    model("V210", "Ventus", WIND, (0, 75)),
];

struct Sensor {
    id: String,
    station: usize,
    model: &'static Model,
    installed: Day,
}

struct Station {
    id: String,
    place: Place,
    latitude: String,
    longitude: String,
}

fn records(rows: usize, stream: &mut Stream) -> Vec<Vec<String>> {
    let stations = stations((rows / 120).max(6), stream);
    let sensors = sensors((rows / 30).max(12), stations.len(), stream);
    let by_sensor = by_popularity(sensors.len());
    let mut record = |reading: usize| {
        let sensor = &sensors[by_sensor.sample(stream)];
        let (station, model) = (&stations[sensor.station], sensor.model);
        let day = Day::first_of(2024).after(stream.random_range(0..360));
        vec![
            (500_000 + reading).to_string(),
            sensor.id.clone(),
            station.id.clone(),
            station.place.city.clone(),
            station.place.region.to_owned(),
            station.latitude.clone(),
            station.longitude.clone(),
            model.name.to_owned(),
            model.maker.to_owned(),
            model.quantity.to_owned(),
            model.unit.to_owned(),
            model.low.to_string(),
            model.high.to_string(),
            sensor.installed.to_string(),
            day.to_string(),
            value(model, stream),
        ]
    };
    (0..rows).map(&mut record).collect()
}

/// A value in the middle half of the limits, with one decimal: the mean of three uniform draws.
fn value(model: &Model, stream: &mut Stream) -> String {
    let (low, high) = (10 * model.low, 10 * model.high);
    let quarter = (high - low) / 4;
    let draw = low + quarter..=high - quarter;
    let sum: i32 = (0..3).map(|_| stream.random_range(draw.clone())).sum();
    let tenths = sum / 3;
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}.{}", tenths.abs() / 10, tenths.abs() % 10)
}

fn sensors(count: usize, stations: usize, stream: &mut Stream) -> Vec<Sensor> {
    let by_station = by_popularity(stations);
    let numbers = ids(count, 1_000..1_000 + 9 * count, stream);
    let sensor = |number: usize| Sensor {
        id: format!("S{number:05}"),
        station: by_station.sample(stream),
        model: &MODELS[stream.random_range(0..MODELS.len())],
        installed: Day::first_of(2019).after(stream.random_range(0..1_800)),
    };
    numbers.into_iter().map(sensor).collect()
}

/// Stations; those of one city stand near to each other.
fn stations(count: usize, stream: &mut Stream) -> Vec<Station> {
    let letters = ["A", "B", "C", "D"];
    let mut stations: Vec<Station> = Vec::with_capacity(count);
    let mut corner = (0, 0);
    for (number, place) in places(count, stream).into_iter().enumerate() {
        if stations.last().is_none_or(|last| last.place.city != place.city) {
            corner = (stream.random_range(450_000..650_000), stream.random_range(50_000..250_000));
        }
        let mut degrees = |from: u32| {
            let exact = from + stream.random_range(0..900);
            format!("{}.{:04}", exact / 10_000, exact % 10_000)
        };
        let (latitude, longitude) = (degrees(corner.0), degrees(corner.1));
        let id = format!("{}{:03}", one_of(&letters, stream), 100 + number);
        stations.push(Station { id, place, latitude, longitude });
    }
    stations
}
