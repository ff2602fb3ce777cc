using Archer.Policy.Tensors;
using Microsoft.Extensions.Logging;

namespace Archer.Trainer.Tests;

public sealed class DeviceReportTests
{
    [Fact]
    public async Task Start_SeveralLearnersOnAuto_SaysOnceWhyTheManagedKernels()
    {
        var log = new Journal();
        using var report = new DeviceReport([TensorDevice.Auto, TensorDevice.Cpu, TensorDevice.Auto], log);

        await report.StartAsync(default);
        await (report.ExecuteTask ?? Task.CompletedTask);

        var reason = TensorBackends.WhyManaged(TensorDevice.Auto);
        Assert.Equal(reason is null ? [] : [(LogLevel.Information, $"Learners compute with the managed kernels on the processor: {reason}")], log.Lines);
    }

    [Fact]
    public async Task Start_DeviceThatWasNamed_SaysNothing()
    {
        var log = new Journal();
        using var report = new DeviceReport([TensorDevice.Cpu], log);

        await report.StartAsync(default);
        await (report.ExecuteTask ?? Task.CompletedTask);

        Assert.Empty(log.Lines);
    }

    private sealed class Journal : ILogger<DeviceReport>
    {
        public List<(LogLevel Level, string Message)> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add((logLevel, formatter(state, exception)));
    }
}
