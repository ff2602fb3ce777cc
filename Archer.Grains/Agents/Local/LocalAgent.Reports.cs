using Archer.Grains.History;
using Microsoft.Extensions.Logging;

namespace Archer.Grains.Agents.Local;

/// <content>What is told to the agent and its history: gathered, then sent until it has arrived.</content>
internal sealed partial class LocalAgent
{
    private LocalOutbox _outbox = new();
    private LocalOutbox? _sending;
    private bool _isCounted;
    private long _number;
    private int? _toldPermits;

    /// <summary>Whether the agent has had a report.</summary>
    internal bool IsReported { get; private set; }

    /// <summary>Ends when everything has been told.</summary>
    internal Task Completion => _loop ?? Task.CompletedTask;

    private void Tell(Action<LocalOutbox> add)
    {
        lock (_gate)
        {
            add(_outbox);
        }

        EnsureLoop();
    }

    private void EnsureLoop()
    {
        if (_loop is { IsCompleted: false } || silo.Closing.IsCancellationRequested)
        {
            return;
        }

        lock (_gate)
        {
            if (_loop is null or { IsCompleted: true })
            {
                _loop = Task.Run(RunAsync);
            }
        }
    }

    /// <summary>Runs while there is something to tell or somebody asks what serves.</summary>
    private async Task RunAsync()
    {
        bool isActive;
        do
        {
            await Task.Delay(options.ReportPeriod, time, silo.Closing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await ReportAsync();
            }
            catch (Exception exception)
            {
                LogReportFailed(name, exception);
                if (silo.Closing.IsCancellationRequested)
                {
                    return;
                }
            }

            AcquireMore();
            lock (_gate)
            {
                var holds = _permits > 0 || _waiting.Count > 0 || _toldPermits is > 0;
                isActive = _sending is not null || !_outbox.IsEmpty || (!silo.Closing.IsCancellationRequested && (_isUsed || holds));
                if (!isActive)
                {
                    _loop = null;
                }
            }
        }
        while (isActive);
    }

    private async Task ReportAsync()
    {
        SiloReport report;
        lock (_gate)
        {
            ReturnUnused();
            if (_sending is null && !_outbox.IsEmpty)
            {
                (_sending, _outbox) = (_outbox, new LocalOutbox());
                (_number, _isCounted) = (_number + 1, false);
            }

            report = CreateReport();
        }

        if (_sending is null && !_isUsed && report.Permits == _toldPermits)
        {
            return;
        }

        _isUsed = false;
        Take(await Agent.ReportSiloAsync(report));
        (_toldPermits, _isCounted, IsReported) = (report.Permits, true, true);
        if (_sending is { } sent)
        {
            await TellHistoryAsync(sent);
            _sending = null;
            sent.Ended.ForEach(ended => ended.Counted.SetResult());
        }
    }

    private SiloReport CreateReport() => new()
    {
        Silo = silo.Silo,
        Observer = silo.Self,
        Number = _number,
        Turns = _isCounted ? 0 : _sending?.Turns ?? 0,
        Admissions = _isCounted ? [] : [.. _sending?.Admissions ?? []],
        Episodes = _isCounted ? [] : [.. _sending?.Ended.Select(ended => ended.Summary) ?? []],
        Permits = _isAcquiring ? null : _permits,
        PermitRequest = _request,
    };

    private Task TellHistoryAsync(LocalOutbox sent) => sent.Started.Count == 0 && sent.Ended.Count == 0
        ? Task.CompletedTask
        : History.ReportAsync(new HistoryReport
        {
            Started = [.. sent.Started],
            Ended = [.. sent.Ended.Select(ended => ended.Conversation)],
        });

    [LoggerMessage(Level = LogLevel.Warning, Message = "What this silo has to tell agent {Agent} did not arrive; it is told again")]
    private partial void LogReportFailed(string agent, Exception exception);
}
