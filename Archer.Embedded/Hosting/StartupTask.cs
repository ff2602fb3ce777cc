namespace Archer.Embedded.Hosting;

/// <summary>Work to be done when grains can be called.</summary>
internal sealed record StartupTask(int Stage, Func<IServiceProvider, CancellationToken, Task> Run);
