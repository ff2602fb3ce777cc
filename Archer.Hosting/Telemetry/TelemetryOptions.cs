using System.ComponentModel.DataAnnotations;

namespace Archer.Hosting.Telemetry;

/// <summary>Where metrics and traces go besides <c>/metrics</c>. Section <c>Archer:Telemetry</c>; every process has it.</summary>
public sealed class TelemetryOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Archer:Telemetry";

    /// <summary>
    /// Address of an OpenTelemetry collector that takes OTLP over gRPC, such as http://127.0.0.1:4317. It gets the metrics every minute and the sampled
    /// traces. Default: none; nothing is traced.
    /// </summary>
    public Uri? OtlpEndpoint { get; set; }

    /// <summary>Share of requests that are traced, 0 to 1, unless the caller's own trace decides. Default: 0.1.</summary>
    [Range(0.0, 1.0)]
    public double TraceShare { get; set; } = 0.1;
}
