namespace Archer.Silo.Tests.Storage;

[Alias("archer.tests.note-grain")]
public interface INoteGrain : IGrainWithStringKey
{
    [Alias("Write")]
    Task WriteAsync(string text);

    [Alias("Read")]
    Task<string> ReadAsync();

    [Alias("Clear")]
    Task ClearAsync();

    [Alias("Remind")]
    Task RemindAsync();

    [Alias("HasReminder")]
    Task<bool> HasReminderAsync();
}

/// <summary>Keeps a text and a reminder.</summary>
internal sealed class NoteGrain([PersistentState("notes", "archer")] IPersistentState<Notes> state) : Grain, INoteGrain, IRemindable
{
    public Task WriteAsync(string text)
    {
        state.State = state.State with { Text = text };
        return state.WriteStateAsync();
    }

    public Task<string> ReadAsync() => Task.FromResult(state.State.Text);

    public Task ClearAsync() => state.ClearStateAsync();

    public Task RemindAsync() => this.RegisterOrUpdateReminder("idle", TimeSpan.FromHours(1), TimeSpan.FromHours(1));

    public async Task<bool> HasReminderAsync() => await this.GetReminder("idle") is not null;

    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;
}
