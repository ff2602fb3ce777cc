using System.Diagnostics.Metrics;
using System.Globalization;
using Archer.Hosting.Measurements;

namespace Archer.Hosting.Tests.Measurements;

public sealed class MeterReadingsTests
{
    [Fact]
    public void Write_InstrumentsOfEveryKind_AreInPrometheusFormat()
    {
        using var readings = new MeterReadings();
        using var meter = new Meter("Archer.MeterReadingsTests");
        var counter = meter.CreateCounter<long>("archer.test.counter", "{thing}", "Things.");
        var time = meter.CreateCounter<double>("archer.test.time", "s", "Time.");
        var histogram = meter.CreateHistogram<int>("archer.test.rows", "{row}", "Rows.");
        var gauge = meter.CreateUpDownCounter<int>("archer.test.open", "{thing}", "Open.");
        long seen = 5;
        meter.CreateObservableCounter("archer.test.seen", () => seen, "By", "Seen.");

        counter.Add(1, new KeyValuePair<string, object?>("kind", "a \"quoted\" \\ one"));
        counter.Add(2, new KeyValuePair<string, object?>("kind", "b"));
        counter.Add(3, new KeyValuePair<string, object?>("kind", "b"));
        time.Add(0.25);
        time.Add(0.5);
        histogram.Record(3);
        histogram.Record(4);
        gauge.Add(2);
        gauge.Add(-1);
        readings.Write();
        seen = 7;

        var own = readings.Write().Split('\n').Where(line => line.Contains("archer_test_", StringComparison.Ordinal));

        Assert.Equal(
            [
                "# HELP archer_test_counter_total Things.",
                "# TYPE archer_test_counter_total counter",
                """archer_test_counter_total{kind="a \"quoted\" \\ one"} 1""",
                """archer_test_counter_total{kind="b"} 5""",
                "# HELP archer_test_open Open.",
                "# TYPE archer_test_open gauge",
                "archer_test_open 1",
                "# HELP archer_test_rows Rows.",
                "# TYPE archer_test_rows summary",
                "archer_test_rows_count 2",
                "archer_test_rows_sum 7",
                "# HELP archer_test_seen_bytes_total Seen.",
                "# TYPE archer_test_seen_bytes_total counter",
                "archer_test_seen_bytes_total 7",
                "# HELP archer_test_time_seconds_total Time.",
                "# TYPE archer_test_time_seconds_total counter",
                "archer_test_time_seconds_total 0.75",
            ],
            own);
    }

    [Fact]
    public void Write_ProcessorTimeOfTheRuntime_IsThere()
    {
        using var readings = new MeterReadings();

        var line = readings.Write().Split('\n').Single(line => line.StartsWith("dotnet_process_cpu_time_seconds_total{cpu_mode=\"user\"} ", StringComparison.Ordinal));

        Assert.True(double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture) > 0);
    }

    [Fact]
    public void Write_OtherMeters_AreLeftOut()
    {
        using var readings = new MeterReadings();
        using var meter = new Meter("Somebody.Else");

        meter.CreateCounter<long>("somebody.else").Add(1);

        Assert.DoesNotContain("somebody", readings.Write(), StringComparison.Ordinal);
    }
}
