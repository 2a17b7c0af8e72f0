using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Berth.Host;

/// <summary>How a role's process logs: one line an entry, with its time, to the standard output that the supervisor keeps.</summary>
internal static class RoleLog
{
    internal static ILoggerFactory Create() => LoggerFactory.Create(logging => AddTo(logging));

    internal static ILoggingBuilder AddTo(ILoggingBuilder logging) => logging
        .SetMinimumLevel(LogLevel.Information)
        .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
        .AddFilter("Yarp", LogLevel.Warning)     // It tells of every request.
        .AddSimpleConsole(options =>
        {
            options.SingleLine = true;
            options.UseUtcTimestamp = true;
            options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            options.ColorBehavior = LoggerColorBehavior.Disabled;
        });
}
