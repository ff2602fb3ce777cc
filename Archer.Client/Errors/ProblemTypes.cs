namespace Archer.Client;

/// <summary>The stable <c>type</c> of every problem document (RFC 9457) that the silo answers with.</summary>
public static class ProblemTypes
{
    private const string Prefix = "urn:archer:problem:";

    /// <summary>400: the request is malformed; <c>problems</c> lists everything that is wrong with it.</summary>
    public const string InvalidRequest = Prefix + "invalid-request";

    /// <summary>401: a bearer key is required.</summary>
    public const string Unauthorized = Prefix + "unauthorized";

    /// <summary>A web page of another origin tried to change something. 403.</summary>
    public const string ForeignPage = Prefix + "foreign-page";

    /// <summary>404: no such address.</summary>
    public const string NotFound = Prefix + "not-found";

    /// <summary>404: no such conversation.</summary>
    public const string ConversationNotFound = Prefix + "conversation-not-found";

    /// <summary>404: no such agent.</summary>
    public const string AgentNotFound = Prefix + "agent-not-found";

    /// <summary>404: the policy server has no such model.</summary>
    public const string ModelNotFound = Prefix + "model-not-found";

    /// <summary>405: the address has no such method.</summary>
    public const string MethodNotAllowed = Prefix + "method-not-allowed";

    /// <summary>408: the body did not arrive in time; the connection ends.</summary>
    public const string BodyTimeout = Prefix + "body-timeout";

    /// <summary>409: the conversation has ended.</summary>
    public const string ConversationEnded = Prefix + "conversation-ended";

    /// <summary>409: the id or key is in use for something else.</summary>
    public const string Conflict = Prefix + "conflict";

    /// <summary>409: a later trainer has taken over the agent; this one stops.</summary>
    public const string TrainerSuperseded = Prefix + "trainer-superseded";

    /// <summary>413: the body, or the whole observation, is too long.</summary>
    public const string TooLong = Prefix + "too-long";

    /// <summary>415: the body is not JSON.</summary>
    public const string UnsupportedMediaType = Prefix + "unsupported-media-type";

    /// <summary>422: the policy server refused the version.</summary>
    public const string VersionRefused = Prefix + "version-refused";

    /// <summary>429 with Retry-After: the learner lags; simulated users wait.</summary>
    public const string LearnerLags = Prefix + "learner-lags";

    /// <summary>429 with Retry-After: more requests wait than the policy server takes.</summary>
    public const string Overloaded = Prefix + "overloaded";

    /// <summary>503 with Retry-After: no utterance; nothing changed.</summary>
    public const string PolicyUnavailable = Prefix + "policy-unavailable";

    /// <summary>502, or 501 where the policy server lacks a capability: its answers cannot be used until somebody changes it or a setting; nothing changed.</summary>
    public const string PolicyMismatch = Prefix + "policy-mismatch";

    /// <summary>503 with Retry-After: the server streams to as many callers as it may.</summary>
    public const string TooManyStreams = Prefix + "too-many-streams";

    /// <summary>503 with Retry-After: a policy server does not see the version yet; nothing changed.</summary>
    public const string VersionNotVisible = Prefix + "version-not-visible";

    /// <summary>503 with Retry-After: nothing could be stored.</summary>
    public const string StorageUnavailable = Prefix + "storage-unavailable";

    /// <summary>503 with Retry-After: no whole answer came from inside the silo; whether the request had its effect is not known.</summary>
    public const string SiloUnavailable = Prefix + "silo-unavailable";

    /// <summary>500: internal server error.</summary>
    public const string Internal = Prefix + "internal";
}
