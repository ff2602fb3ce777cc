namespace Archer.Embedded.Hosting;

/// <summary>A part of the silo that works in the background: starts when grains can be called, stops before they are deactivated.</summary>
internal interface ISiloParticipant
{
    Task StartAsync(CancellationToken cancellationToken);

    Task StopAsync(CancellationToken cancellationToken);
}
