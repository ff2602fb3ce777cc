using Archer.Trainer.Publication;
using Microsoft.Extensions.Logging;

namespace Archer.Trainer;

internal sealed partial class TrainingLog
{
    [LoggerMessage(1, LogLevel.Warning, "Agent {agent} learns nothing from conversation {conversation}: {reason}. Others with the same reason are only counted for a while (archer_trainer_refused_total).")]
    private partial void LogRefused(string agent, string conversation, string reason);

    [LoggerMessage(2, LogLevel.Warning, "A reward of conversation {conversation} is beyond the RewardLimit of agent {agent}'s learner and was clipped. Others are only counted for a while (archer_trainer_rewards_clipped_total).")]
    private partial void LogClipped(string agent, string conversation);

    [LoggerMessage(3, LogLevel.Warning, "The actor of agent {agent} learns only from utterances at temperature 1 without top-k or top-p; conversation {conversation} has another {reason}. It teaches the critic alone. This is said once; all are counted (archer_trainer_turns_other_sampling_total).")]
    private partial void LogOtherSampling(string agent, string conversation, string reason);

    [LoggerMessage(4, LogLevel.Warning, "Agent {agent} has nothing to learn from: of the newest {held} conversations the returns deviate by {returnDeviation}, the advantages by {advantageDeviation}, less than AdvantageFloor. Give rewards that tell good replies from bad ones.")]
    private partial void LogNoSignal(string agent, int held, double? advantageDeviation, double returnDeviation);

    [LoggerMessage(5, LogLevel.Warning, "The token limit cuts off {share:P0} of the newest utterances of agent {agent}: raise the agent's token limit, or train its base longer (sft).")]
    private partial void LogCutOff(string agent, double share);

    [LoggerMessage(6, LogLevel.Warning, "The newest utterances of agent {agent} have {share:P0} of the entropy of tokens drawn at random: its base is hardly trained. Train it longer (sft) before it learns from rewards.")]
    private partial void LogAlmostUniform(string agent, double share);

    [LoggerMessage(7, LogLevel.Warning, "Step {step} of agent {agent} is not published: {reason} is out of its band. The version that serves stays.")]
    private partial void LogWithheld(string agent, long step, PublicationVerdict reason);

    [LoggerMessage(10, LogLevel.Warning, "The silo refuses what the learner of agent {agent} reports; learning goes on. {reason}")]
    private partial void LogReportRefused(string agent, string reason);

    [LoggerMessage(8, LogLevel.Error, "An iteration of agent {agent} failed on the conversations {conversations}. Those that one fails on again are skipped from then on.")]
    private partial void LogIterationFailed(string agent, string conversations, Exception? exception);

    [LoggerMessage(9, LogLevel.Error, "Agent {agent} skips {count} conversations from now on, as iterations failed on them twice: {conversations}.")]
    private partial void LogQuarantined(string agent, int count, string conversations);
}
