using Orleans.Runtime;

namespace Orleans
{
    /// <summary>A grain that reminders can be sent to.</summary>
    public interface IRemindable : IGrain
    {
        /// <summary>A reminder is due.</summary>
        /// <param name="reminderName">Its name.</param>
        /// <param name="status">Which tick it is.</param>
        Task ReceiveReminder(string reminderName, TickStatus status);
    }
}

namespace Orleans.Runtime
{
    /// <summary>A reminder of a grain.</summary>
    public interface IGrainReminder
    {
        /// <summary>Its name, unique within the grain.</summary>
        string ReminderName { get; }
    }

    /// <summary>Which tick of a reminder this is.</summary>
    [Immutable]
    public readonly struct TickStatus
    {
        /// <summary>The three times.</summary>
        public TickStatus(DateTime firstTickTime, TimeSpan period, DateTime timeStamp)
        {
            FirstTickTime = firstTickTime;
            Period = period;
            CurrentTickTime = timeStamp;
        }

        /// <summary>When the reminder was due first (UTC).</summary>
        public DateTime FirstTickTime { get; }

        /// <summary>Time between ticks.</summary>
        public TimeSpan Period { get; }

        /// <summary>When this tick was sent (UTC).</summary>
        public DateTime CurrentTickTime { get; }

        /// <inheritdoc/>
        public override string ToString() => $"<{FirstTickTime:O}, {Period}, {CurrentTickTime:O}>";
    }
}
