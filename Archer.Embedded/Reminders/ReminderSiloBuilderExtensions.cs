using Archer.Embedded.Hosting;
using Archer.Embedded.Reminders;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Storage;

namespace Archer.Embedded;

/// <summary>Reminders in storage.</summary>
public static class ReminderSiloBuilderExtensions
{
    /// <summary>Adds reminders that survive the process: in a grain storage that was added under a name.</summary>
    /// <param name="builder">The silo.</param>
    /// <param name="storageName">Name of the storage.</param>
    public static ISiloBuilder UseLocalReminderService(this ISiloBuilder builder, string storageName)
    {
        ArgumentException.ThrowIfNullOrEmpty(storageName);
        return builder.AddReminderService(storageName);
    }

    internal static ISiloBuilder AddReminderService(this ISiloBuilder builder, string? storageName)
    {
        builder.Services.AddSingleton(services => new ReminderTable(
            storageName is null ? null : services.GetRequiredKeyedService<IGrainStorage>(storageName)));
        builder.Services.AddSingleton<ReminderService>();
        builder.Services.AddSingleton<ISiloParticipant>(services => services.GetRequiredService<ReminderService>());
        return builder;
    }
}
