using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Archer.Hosting.Measurements;

/// <summary>
/// Reads the meters of this process, Archer's own (<c>Archer.*</c>) and the runtime's (<c>System.Runtime</c>), from the moment it is made, and writes them as
/// Prometheus reads them. Instruments of one name are read as one.
/// </summary>
internal sealed class MeterReadings : IDisposable
{
    private const string Runtime = "System.Runtime";
    private const string Own = "Archer.";
    private readonly ConcurrentDictionary<string, Reading> readings = new(StringComparer.Ordinal);
    private readonly MeterListener listener = new();

    public MeterReadings()
    {
        listener.InstrumentPublished = Enable;
        listener.SetMeasurementEventCallback<long>(static (_, value, tags, reading) => ((Reading)reading!).Record(value, tags));
        listener.SetMeasurementEventCallback<int>(static (_, value, tags, reading) => ((Reading)reading!).Record(value, tags));
        listener.SetMeasurementEventCallback<double>(static (_, value, tags, reading) => ((Reading)reading!).Record(value, tags));
        listener.Start();
    }

    /// <summary>Everything read so far, in Prometheus' text format 0.0.4, sorted by name.</summary>
    public string Write()
    {
        listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var reading in readings.Values.OrderBy(reading => reading.Name, StringComparer.Ordinal))
        {
            reading.Write(text);
        }

        return text.ToString();
    }

    public void Dispose() => listener.Dispose();

    private void Enable(Instrument instrument, MeterListener self)
    {
        if (instrument.Meter.Name == Runtime || instrument.Meter.Name.StartsWith(Own, StringComparison.Ordinal))
        {
            self.EnableMeasurementEvents(instrument, readings.GetOrAdd(instrument.Name, static (_, made) => new Reading(made), instrument));
        }
    }
}
