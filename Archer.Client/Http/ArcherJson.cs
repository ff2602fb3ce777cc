using System.Text.Json;
using System.Text.Json.Serialization;
using Archer.Client.Agents;
using Archer.Client.Conversations;
using Archer.Client.Health;
using Archer.Client.History;
using Archer.Client.Policies;
using Archer.Client.Users;

namespace Archer.Client.Http;

/// <summary>The JSON of the HTTP API, snake_case; client and silo share it.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    Converters =
    [
        typeof(SnakeCaseEnumConverter<ConversationStatus>),
        typeof(SnakeCaseEnumConverter<ConversationOutcome>),
        typeof(SnakeCaseEnumConverter<EndReason>),
        typeof(SnakeCaseEnumConverter<ReplaySplit>),
        typeof(SnakeCaseEnumConverter<FinishReason>),
        typeof(SnakeCaseEnumConverter<AgentEventType>),
        typeof(SnakeCaseEnumConverter<DependencyStatus>),
    ])]
[JsonSerializable(typeof(StartConversation))]
[JsonSerializable(typeof(UserMessage))]
[JsonSerializable(typeof(RewardReport))]
[JsonSerializable(typeof(EndConversation))]
[JsonSerializable(typeof(ConversationView))]
[JsonSerializable(typeof(TurnReply))]
[JsonSerializable(typeof(TurnFragment))]
[JsonSerializable(typeof(RewardReceipt))]
[JsonSerializable(typeof(ConversationErasure))]
[JsonSerializable(typeof(UserErasure))]
[JsonSerializable(typeof(AgentView))]
[JsonSerializable(typeof(AgentList))]
[JsonSerializable(typeof(AgentMetrics))]
[JsonSerializable(typeof(AgentHistory))]
[JsonSerializable(typeof(AgentEvent))]
[JsonSerializable(typeof(ConversationPage))]
[JsonSerializable(typeof(EndedConversationPage))]
[JsonSerializable(typeof(StartTrainer))]
[JsonSerializable(typeof(TrainerEpoch))]
[JsonSerializable(typeof(AnnounceVersion))]
[JsonSerializable(typeof(ServeVersion))]
[JsonSerializable(typeof(LearnerReport))]
[JsonSerializable(typeof(LearnerReceipt))]
[JsonSerializable(typeof(DependencyReport))]
[JsonSerializable(typeof(ProblemDocument))]
public sealed partial class ArcherJson : JsonSerializerContext;

/// <summary>Enumerations as snake_case names; numbers are refused.</summary>
public sealed class SnakeCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
