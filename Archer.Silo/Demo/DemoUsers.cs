using Archer.Client;
using Archer.Client.Http;
using Archer.Hosting.Settings;
using Archer.Tasks.Simulation;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Archer.Silo.Demo;

/// <summary>Plays Twenty Questions through the public HTTP API of this very process, as everybody else does.</summary>
internal sealed partial class DemoUsers(
    IOptions<DemoOptions> options, IOptions<SiloOptions> silo, IServer server, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<DemoUsers> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Users == 0 || !await lifetime.HasStartedAsync(stoppingToken))
        {
            return;
        }

        var address = ListenAddresses.FindOwn(server.Features.Get<IServerAddressesFeature>()?.Addresses)!;
        using var client = new ArcherClient(new ArcherClientOptions { Url = address, Key = silo.Value.Keys.FirstOrDefault() }, time);
        var users = new SimulatedUsers(client, options.Value.Simulation(), time) { GivenUp = LogGivenUp };
        try
        {
            await users.RunAsync(stoppingToken);
        }
        catch (ArcherException failure)
        {
            LogStopped(failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Simulated game {Episode} was given up")]
    private partial void LogGivenUp(long episode, ArcherException exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The simulated users cannot play")]
    private partial void LogStopped(ArcherException exception);
}
