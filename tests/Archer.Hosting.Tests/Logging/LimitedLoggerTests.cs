using Archer.Hosting.Logging;
using Archer.Testing;
using Microsoft.Extensions.Logging;

namespace Archer.Hosting.Tests.Logging;

public sealed class LimitedLoggerTests : IDisposable
{
    private readonly List<(LogLevel Level, string Text, Exception? Exception)> _lines = [];
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly StillTime _time = new();
    private readonly LimitedLoggerFactory _factory;
    private bool _failing;
    private readonly ILogger _logger;

    public LimitedLoggerTests()
    {
        _factory = new LimitedLoggerFactory(new Sink(Add), new RepeatLimit(Interval, _time));
        _logger = _factory.CreateLogger("Storage");
    }

    public void Dispose() => _factory.Dispose();

    [Fact]
    public void Failure_AgainAndAgain_IsToldOnceInFullThenCounted()
    {
        for (var i = 0; i < 1_000; i++)
        {
            Fail($"c-{i}");
        }

        var (level, text, exception) = Assert.Single(_lines);
        Assert.Equal((LogLevel.Error, "The state of c-0 could not be written"), (level, text));
        Assert.IsType<IOException>(exception);

        _time.Fire(Interval);

        Assert.Equal((LogLevel.Error, "The state of c-999 could not be written (999 more in 10 s: IOException: No space left on device.)", null), _lines[1]);
        Fail("later");
        Assert.Equal(2, _lines.Count);
        _time.Fire(Interval);
        Assert.Equal("The state of later could not be written (1 more in 10 s: IOException: No space left on device.)", _lines[2].Text);
    }

    [Fact]
    public void Failure_ThatStayedAway_IsToldInFullAgain()
    {
        Fail("a");
        _time.Fire(Interval);
        Assert.Single(_lines);

        Fail("b");

        Assert.Equal("The state of b could not be written", _lines[1].Text);
        Assert.NotNull(_lines[1].Exception);
    }

    [Fact]
    public void Failures_OfOtherKindsAndOtherLines_AllPass()
    {
        Fail("a");
        _logger.LogError(new UnauthorizedAccessException("Denied."), "The state of {Conversation} could not be written", "a");
        _logger.LogWarning(new IOException("No space left on device."), "Training of {agent} failed", "one");
        _logger.LogWarning(new IOException("No space left on device."), "Training of {agent} failed", "two");
        _logger.LogInformation("Agent one serves v000001");
        _logger.LogInformation("Agent one serves v000001");

        Assert.Equal(6, _lines.Count);
    }

    [Fact]
    public void Warning_WithoutAnException_IsTheSameByItsWords()
    {
        for (var i = 0; i < 10; i++)
        {
            _logger.LogWarning("Cut a torn tail of {Bytes} bytes", i / 5);
        }

        Assert.Equal(["Cut a torn tail of 0 bytes", "Cut a torn tail of 1 bytes"], _lines.Select(line => line.Text));
        _time.Fire(Interval);
        Assert.Equal(["Cut a torn tail of 0 bytes (4 more in 10 s)", "Cut a torn tail of 1 bytes (4 more in 10 s)"], _lines.Skip(2).Select(line => line.Text));
    }

    [Fact]
    public void Failures_OfOnePlaceOfTheCode_DoNotHideThoseOfAnother()
    {
        for (var i = 0; i < 3; i++)
        {
            Unhandled(static () => throw new InvalidOperationException("Here."));
            Unhandled(static () => throw new InvalidOperationException("There."));
        }

        Assert.Equal(["Here.", "There."], _lines.Select(line => line.Exception!.InnerException!.Message));
    }

    [Fact]
    public void Repetition_IsToldAsItWasWhenItCame()
    {
        var request = new Request { Path = "/a" };
        for (var i = 0; i < 2; i++)
        {
            _logger.LogError(new IOException("Broken."), "{Request} failed", request);
        }

        request.Path = null;
        _time.Fire(Interval);

        Assert.Equal("/a failed (1 more in 10 s: IOException: Broken.)", _lines[1].Text);
    }

    [Fact]
    public void Repetition_ThatCannotBeWritten_DoesNotEndTheProcess()
    {
        Fail("a");
        Fail("b");
        _logger.LogError("Twice");
        _logger.LogError("Twice");
        _failing = true;

        _time.Fire(Interval);

        _failing = false;
        Fail("c");
        _time.Fire(Interval);
        Assert.Equal("The state of c could not be written (1 more in 10 s: IOException: No space left on device.)", _lines[^1].Text);
    }

    [Fact]
    public void End_TellsWhatWasCounted()
    {
        Fail("a");
        Fail("b");

        _factory.Dispose();

        Assert.Equal("The state of b could not be written (1 more in 10 s: IOException: No space left on device.)", _lines[1].Text);
    }

    private void Add(LogLevel level, string text, Exception? exception)
    {
        if (_failing)
        {
            throw new AggregateException(new IOException("The pipe is broken."));
        }

        _lines.Add((level, text, exception));
    }

    private void Unhandled(Action action)
    {
        try
        {
            action();
        }
        catch (InvalidOperationException exception)
        {
            _logger.LogError(new AggregateException(exception), "A request failed");
        }
    }

    private void Fail(string conversation) =>
        _logger.LogError(new IOException("No space left on device.\nA second line."), "The state of {Conversation} could not be written", conversation);

    private sealed class Sink(Action<LogLevel, string, Exception?> add) : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            add(logLevel, formatter(state, exception), exception);

        public void Dispose()
        {
        }
    }

    /// <summary>Something whose words change, and end.</summary>
    private sealed class Request
    {
        public string? Path { get; set; }

        public override string ToString() => Path ?? throw new ObjectDisposedException(nameof(Request));
    }
}
