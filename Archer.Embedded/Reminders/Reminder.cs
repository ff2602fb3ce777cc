using Orleans;
using Orleans.Runtime;

namespace Archer.Embedded.Reminders;

/// <summary>A reminder as it is stored.</summary>
/// <param name="Grain">Identity of the grain as text.</param>
/// <param name="Name">Unique within the grain.</param>
/// <param name="FirstDue">Time of the first tick.</param>
/// <param name="Period">Time between ticks.</param>
[Immutable]
internal sealed record Reminder(string Grain, string Name, DateTimeOffset FirstDue, TimeSpan Period) : IGrainReminder
{
    string IGrainReminder.ReminderName => Name;
}
