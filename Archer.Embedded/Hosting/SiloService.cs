using Archer.Embedded.Calls;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Archer.Embedded.Hosting;

/// <summary>Starts and stops the silo with its host, and does its housekeeping: late calls fail, idle activations go.</summary>
internal sealed partial class SiloService(
    Silo silo, IServiceProvider services, IEnumerable<StartupTask> startupTasks, IEnumerable<ISiloParticipant> participants, ILogger<SiloService> logger)
    : IHostedService
{
    private static readonly DeactivationReason ShuttingDown = new(DeactivationReasonCode.ShuttingDown, "The silo stops.");

    private ITimer? _lateCalls;
    private ITimer? _collection;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Validate();
        LogStarting(silo.Catalog.Classes.Count);
        silo.Enter(SiloPhase.Running);
        var precision = PendingCalls.Precision(silo.MessagingOptions);
        var quantum = silo.CollectionOptions.CollectionQuantum;
        _lateCalls = silo.Time.CreateTimer(_ => silo.Pending.FailLate(), null, precision, precision);
        _collection = silo.Time.CreateTimer(_ => Collect(), null, quantum, quantum);
        foreach (var participant in participants)
        {
            await participant.StartAsync(cancellationToken);
        }

        foreach (var task in startupTasks.OrderBy(task => task.Stage))
        {
            await task.Run(services, cancellationToken);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        silo.Enter(SiloPhase.Stopping);
        foreach (var participant in participants.Reverse())
        {
            await participant.StopAsync(cancellationToken);
        }

        try
        {
            await DeactivateAllAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            var left = silo.Catalog.Classes.SelectMany(c => c.Activations).Select(activation => activation.Describe()).ToList();
            LogGaveUp(left.Count, string.Join(", ", left.Take(8)));
        }

        silo.Enter(SiloPhase.Stopped);
        _collection?.Dispose();
        _lateCalls?.Dispose();
    }

    private async Task DeactivateAllAsync(CancellationToken cancellationToken)
    {
        // Last turns may wake other grains, therefore until none is left.
        while (silo.Catalog.Classes.SelectMany(c => c.Activations).ToList() is { Count: > 0 } activations)
        {
            foreach (var activation in activations)
            {
                activation.Deactivate(ShuttingDown, cancellationToken);
            }

            foreach (var activation in activations)
            {
                await activation.Deactivated.WaitAsync(cancellationToken);
            }
        }
    }

    private void Collect()
    {
        foreach (var grainClass in silo.Catalog.Classes)
        {
            foreach (var activation in grainClass.Activations)
            {
                activation.CollectWhenIdle();
            }
        }
    }

    private void Validate()
    {
        var options = silo.CollectionOptions;
        if (options.CollectionQuantum <= TimeSpan.Zero)
        {
            throw new OrleansConfigurationException($"CollectionQuantum is {options.CollectionQuantum}, must be greater than zero.");
        }

        if (options.CollectionAge <= options.CollectionQuantum)
        {
            throw new OrleansConfigurationException(
                $"CollectionAge is {options.CollectionAge}, must be greater than CollectionQuantum, which is {options.CollectionQuantum}.");
        }
    }

    [LoggerMessage(1101, LogLevel.Information, "Silo starts with {Classes} grain classes")]
    private partial void LogStarting(int classes);

    [LoggerMessage(1102, LogLevel.Warning, "Silo gave up waiting for {Activations} activations at its stop, among them {Some}")]
    private partial void LogGaveUp(int activations, string some);
}
