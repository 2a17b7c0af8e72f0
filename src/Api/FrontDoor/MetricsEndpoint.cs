using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Berth.Api;

/// <summary>
/// <c>GET /metrics</c> in the Prometheus text format. Operations that nobody called are left out; <c>?tasks=true</c> adds
/// what each task uses.
/// </summary>
internal sealed class MetricsEndpoint(FrontDoor door, IEnumerable<IMetricsSource> sources)
{
    public async Task AnswerAsync(HttpContext http)
    {
        var text = new StringBuilder();
        text.Append("# HELP berth_api_calls_under_way Calls being answered now.\n# TYPE berth_api_calls_under_way gauge\n");
        text.Append(CultureInfo.InvariantCulture, $"berth_api_calls_under_way {door.UnderWay}\n");
        text.Append("# HELP berth_api_calls_total Calls by operation and outcome.\n# TYPE berth_api_calls_total counter\n");
        var called = door.Table.Counters.Where(counter => counter.Answered + counter.Refused + counter.Failed > 0).ToList();
        foreach (var counter in called)
        {
            Line(text, counter, "answered", counter.Answered);
            Line(text, counter, "refused", counter.Refused);
            Line(text, counter, "failed", counter.Failed);
        }

        text.Append("# HELP berth_api_call_seconds_total Time spent on calls.\n# TYPE berth_api_call_seconds_total counter\n");
        foreach (var counter in called)
        {
            text.Append(CultureInfo.InvariantCulture, $"berth_api_call_seconds_total{{service=\"{counter.Service}\",operation=\"{counter.Operation}\"}} {counter.Seconds:0.######}\n");
        }

        text.Append("# HELP process_working_set_bytes Memory of the process.\n# TYPE process_working_set_bytes gauge\n");
        text.Append(CultureInfo.InvariantCulture, $"process_working_set_bytes {Environment.WorkingSet}\n");
        text.Append("# HELP process_cpu_seconds_total CPU time of the process.\n# TYPE process_cpu_seconds_total counter\n");
        text.Append(CultureInfo.InvariantCulture, $"process_cpu_seconds_total {Environment.CpuUsage.TotalTime.TotalSeconds:0.###}\n");
        text.Append("# HELP process_allocated_bytes_total Managed memory allocated by the process.\n# TYPE process_allocated_bytes_total counter\n");
        text.Append(CultureInfo.InvariantCulture, $"process_allocated_bytes_total {GC.GetTotalAllocatedBytes()}\n");
        foreach (var source in sources)
        {
            await source.AppendAsync(text, perTask: http.Request.Query["tasks"] == "true", http.RequestAborted).ConfigureAwait(false);
        }

        http.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await http.Response.WriteAsync(text.ToString(), http.RequestAborted).ConfigureAwait(false);
    }

    private static void Line(StringBuilder text, CallCounter counter, string outcome, long count) => text.Append(
        CultureInfo.InvariantCulture,
        $"berth_api_calls_total{{service=\"{counter.Service}\",operation=\"{counter.Operation}\",outcome=\"{outcome}\"}} {count}\n");
}
