using Orleans.Hosting;

namespace Archer.Embedded.Reminders;

internal static class ReminderSiloBuilderExtensions
{
    public static ISiloBuilder AddReminderService(this ISiloBuilder builder, string? storageName) =>
        throw new NotSupportedException($"Reminders in {storageName}.");
}
