using Archer.Embedded;

namespace Orleans.Hosting;

/// <summary>Limits of reminders.</summary>
public sealed class ReminderOptions
{
    /// <summary>Shortest period. Default: 1 minute.</summary>
    public TimeSpan MinimumReminderPeriod { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>Reminders in memory.</summary>
public static class SiloBuilderReminderMemoryExtensions
{
    /// <summary>Adds reminders that are lost with the process.</summary>
    public static ISiloBuilder UseInMemoryReminderService(this ISiloBuilder builder) => builder.AddReminderService(storageName: null);
}

/// <summary>Reminders as such.</summary>
public static class SiloBuilderReminderExtensions
{
    /// <summary>Adds what reminders need, whatever their table.</summary>
    public static ISiloBuilder AddReminders(this ISiloBuilder builder) => builder;
}
