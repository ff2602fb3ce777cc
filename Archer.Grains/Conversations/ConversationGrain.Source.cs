using System.Collections.Immutable;
using Archer.Grains.Replay;
using Archer.Replay;
using Microsoft.Extensions.Logging;

namespace Archer.Grains.Conversations;

/// <content>How acknowledgements come in: from the silo's publisher, by a method call that goes on in this grain's turn.</content>
internal sealed partial class ConversationGrain
{
    private TransitionSource? _source;

    private TransitionSource Source => _source ??= new TransitionSource(this, TaskScheduler.Current);

    private Task AcknowledgeAsync(ImmutableArray<ReplayRow> rows, ImmutableArray<long> positions)
    {
        _outbox.Acknowledge(rows, positions);
        return ReleaseWatchAsync();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Conversation {Conversation} could not leave the list of those that are looked after; its watch looks again")]
    private partial void LogReleaseFailed(string conversation, Exception exception);

    private sealed class TransitionSource(ConversationGrain grain, TaskScheduler turns) : ITransitionSource
    {
        public void Acknowledge(ImmutableArray<ReplayRow> rows, ImmutableArray<long> positions) => Post(() => grain.AcknowledgeAsync(rows, positions));

        public void Return(ImmutableArray<ReplayRow> rows) => Post(() =>
        {
            grain._outbox.Return(rows);
            return Task.CompletedTask;
        });

        /// <summary>Nobody waits: an activation that is gone has nothing to be told.</summary>
        private void Post(Func<Task> action) => _ = Task.Factory.StartNew(() => RunAsync(action), CancellationToken.None, TaskCreationOptions.DenyChildAttach, turns);

        private async Task RunAsync(Func<Task> action)
        {
            try
            {
                await action();
            }
            catch (Exception exception)
            {
                grain.LogReleaseFailed(grain.Id, exception);
            }
        }
    }
}
