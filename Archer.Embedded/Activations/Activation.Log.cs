using Archer.Embedded.Calls;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Archer.Embedded.Activations;

internal sealed partial class Activation
{
    /// <summary>A callback on a cancellation token failed.</summary>
    public void ReportCallbackFailure(Exception exception) => Log.CallbackFailed(Silo.Logger, exception, GrainId);

    /// <summary>A call failed whose caller had stopped waiting.</summary>
    public void ReportUnseenFailure(GrainMethod method, Exception exception) => Log.UnseenFailure(Silo.Logger, exception, method, GrainId);

    /// <summary>The end of an iterator failed.</summary>
    public void ReportEnumerationFailure(Exception exception) => Log.EnumerationFailed(Silo.Logger, exception, GrainId);

    /// <summary>The tick of a timer failed.</summary>
    public void ReportTimerFailure(Exception exception) => Log.TimerFailed(Silo.Logger, exception, GrainId);

    private static partial class Log
    {
        [LoggerMessage(1007, LogLevel.Critical, "A turn of grain {Grain} failed in the host")]
        public static partial void TurnFailed(ILogger logger, Exception exception, GrainId grain);

        [LoggerMessage(1006, LogLevel.Warning, "A timer of grain {Grain} failed; it goes on ticking")]
        public static partial void TimerFailed(ILogger logger, Exception exception, GrainId grain);

        [LoggerMessage(1008, LogLevel.Warning, "The end of an enumeration of grain {Grain} failed")]
        public static partial void EnumerationFailed(ILogger logger, Exception exception, GrainId grain);

        [LoggerMessage(1009, LogLevel.Warning, "Enumerations of grain {Grain} do not listen to their tokens: it went without waiting for their end")]
        public static partial void EnumerationsLeft(ILogger logger, GrainId grain);

        [LoggerMessage(1004, LogLevel.Warning, "A cancellation callback of grain {Grain} failed")]
        public static partial void CallbackFailed(ILogger logger, Exception exception, GrainId grain);

        [LoggerMessage(1005, LogLevel.Warning, "{Method} of grain {Grain} failed after its caller had stopped waiting")]
        public static partial void UnseenFailure(ILogger logger, Exception exception, GrainMethod method, GrainId grain);

        [LoggerMessage(1001, LogLevel.Warning, "Activation of grain {Grain} failed")]
        public static partial void ActivationFailed(ILogger logger, Exception exception, GrainId grain);

        [LoggerMessage(1002, LogLevel.Warning, "OnDeactivateAsync of grain {Grain} failed, deactivated because {Reason}")]
        public static partial void DeactivationHookFailed(ILogger logger, Exception exception, GrainId grain, DeactivationReason reason);

        [LoggerMessage(1003, LogLevel.Warning, "Disposal of grain {Grain} failed")]
        public static partial void DisposalFailed(ILogger logger, Exception exception, GrainId grain);
    }
}
