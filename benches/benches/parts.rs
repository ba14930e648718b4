//! The parts of a run, one by one: reading, writing, detection, fitting, inference. Throughput is in rows.
//!
//! `cargo bench -p lustrate-benches` compares with the run before on the same machine; figures of different machines
//! are not comparable.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use lustrate::{detect, fit, infer, read_table, verbs::ModelSettings, write_table};
use lustrate_benches::orders;

fn files(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("files");
    let rows = 100_000;
    group.sample_size(10).throughput(Throughput::Elements(rows));
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let file = folder.path().join("orders.csv");
    write_table(&orders(rows as usize).0, &file).expect("the folder can be written to");
    group.bench_function("read csv", |bench| bench.iter(|| read_table(&file).expect("the file is a table")));
    let table = read_table(&file).expect("the file is a table");
    let mut copy = 0;
    group.bench_function("write csv", |bench| {
        bench.iter(|| {
            copy += 1;
            write_table(&table, folder.path().join(format!("{copy}.csv"))).expect("no such file is there yet");
        });
    });
    group.finish();
}

fn detection(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("detect");
    group.sample_size(10);
    for rows in [10_000, 100_000] {
        let (table, constraints) = orders(rows);
        group.throughput(Throughput::Elements(rows as u64));
        group.bench_function(BenchmarkId::new("all rules", rows), |bench| {
            bench.iter(|| detect(&table, &constraints));
        });
    }
    group.finish();
}

fn model(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("model");
    group.sample_size(10);
    for rows in [1_000, 4_000] {
        let (table, constraints) = orders(rows);
        let settings = ModelSettings::new();
        group.throughput(Throughput::Elements(rows as u64));
        group
            .bench_function(BenchmarkId::new("fit", rows), |bench| bench.iter(|| fit(&table, &constraints, &settings)));
        let model = fit(&table, &constraints, &settings);
        group.bench_function(BenchmarkId::new("infer", rows), |bench| bench.iter(|| infer(&model, &table)));
    }
    group.finish();
}

criterion_group!(parts, files, detection, model);
criterion_main!(parts);
