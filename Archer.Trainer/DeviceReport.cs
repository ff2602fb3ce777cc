using Archer.Policy.Tensors;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Archer.Trainer;

/// <summary>Says once, when the host starts, why learners whose device is <see cref="TensorDevice.Auto"/> compute with the managed kernels.</summary>
/// <param name="devices">Devices of the agents that learn here.</param>
/// <param name="logger">Log.</param>
internal sealed partial class DeviceReport(IReadOnlyList<TensorDevice> devices, ILogger<DeviceReport> logger) : BackgroundService
{
    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (devices.Contains(TensorDevice.Auto) && TensorBackends.WhyManaged(TensorDevice.Auto) is { } reason)
        {
            LogManaged(reason);
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(1, LogLevel.Information, "Learners compute with the managed kernels on the processor: {reason}")]
    private partial void LogManaged(string reason);
}
