using System.Reflection;
using Archer.Grains.Conversations;
using Archer.Grains.Replay;

namespace Archer.Grains.Tests;

public sealed class GrainServicesTests
{
    [Fact]
    public async Task LookAtConversations_AShardThatDoesNotAnswerYet_IsAskedAgain()
    {
        var grains = WatchFactory.Create(new TimeoutException("no answer"), failures: 3);

        Assert.Equal(TransitionStream.Shards, await grains.LookAtConversationsAsync());
    }

    [Fact]
    public async Task LookAtConversations_AShardThatNeverAnswers_EndsTheStart() =>
        await Assert.ThrowsAsync<TimeoutException>(() => WatchFactory.Create(new TimeoutException("no answer"), failures: 12).LookAtConversationsAsync());

    [Fact]
    public async Task LookAtConversations_AWatchThatCannotBeRead_EndsTheStartAtOnce() =>
        await Assert.ThrowsAsync<InvalidDataException>(() => WatchFactory.Create(new InvalidDataException("torn"), failures: 1).LookAtConversationsAsync());

    /// <summary>Watches with one conversation each; the first shard's fails some times before it answers.</summary>
    public class WatchFactory : DispatchProxy
    {
        private Exception? _failure;
        private int _failures;

        public static IGrainFactory Create(Exception failure, int failures)
        {
            var factory = Create<IGrainFactory, WatchFactory>();
            ((WatchFactory)factory)._failure = failure;
            ((WatchFactory)factory)._failures = failures;
            return factory;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var watch = Create<IConversationWatchGrain, Watch>();
            ((Watch)watch).Answer = () => (string?)args![0] == "0" && _failures-- > 0 ? Task.FromException<int>(_failure!) : Task.FromResult(1);
            return watch;
        }
    }

    /// <summary>Answers when it is asked.</summary>
    public class Watch : DispatchProxy
    {
        public Func<Task<int>>? Answer { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Answer!();
    }
}
