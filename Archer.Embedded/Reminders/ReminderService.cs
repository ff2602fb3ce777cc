using Orleans.Runtime;

namespace Archer.Embedded.Reminders;

internal abstract class ReminderService
{
    public abstract Task<IGrainReminder> RegisterOrUpdateAsync(GrainId grain, string name, TimeSpan dueTime, TimeSpan period);
    public abstract Task UnregisterAsync(GrainId grain, IGrainReminder reminder);
    public abstract Task<IGrainReminder?> GetAsync(GrainId grain, string name);
    public abstract Task<List<IGrainReminder>> GetAllAsync(GrainId grain);
}
