using Archer.Client.Conversations;
using Archer.Client.Users;

namespace Archer.Grains.Users;

/// <summary>What was erased, added up.</summary>
internal static class UserErasures
{
    public static UserErasure Of(string agent, ConversationErasure erasure) => new()
    {
        Conversations = 1,
        Turns = erasure.Turns,
        ReplayRows = erasure.ReplayRows,
        Trained = erasure.TrainedVersions.IsEmpty ? [] : [new TrainedAgent { Agent = agent, Versions = erasure.TrainedVersions }],
    };

    public static UserErasure Sum(IReadOnlyCollection<UserErasure> erasures) => new()
    {
        Conversations = erasures.Sum(erasure => erasure.Conversations),
        Turns = erasures.Sum(erasure => erasure.Turns),
        ReplayRows = erasures.Sum(erasure => erasure.ReplayRows),
        Trained =
        [
            .. erasures.SelectMany(erasure => erasure.Trained)
                .GroupBy(trained => trained.Agent)
                .OrderBy(agent => agent.Key, StringComparer.Ordinal)
                .Select(agent => new TrainedAgent
                {
                    Agent = agent.Key,
                    Versions = [.. agent.SelectMany(trained => trained.Versions).Distinct().Order(StringComparer.Ordinal)],
                }),
        ],
    };
}
