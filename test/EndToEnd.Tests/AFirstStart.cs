using System.Text.RegularExpressions;

namespace Berth.EndToEnd.Tests;

/// <summary><c>berth up</c> as somebody runs it who has just got the repository.</summary>
public sealed partial class AFirstStart(AFirstStart.WithTheSample berth) : IClassFixture<AFirstStart.WithTheSample>
{
    private const string Sample = "berth-sample";

    public sealed class WithTheSample() : Installation("");

    [Fact]
    public async Task Shows_a_page_that_names_its_task_and_its_instance_and_the_other_task_when_reloaded()
    {
        berth.Require();
        var tasks = (await berth.RunAsync("aws ecs list-tasks --query taskArns")).Split('\t').Select(LastPart).Order().ToArray();
        var instance = LastPart(await berth.RunAsync("aws ecs list-container-instances --query containerInstanceArns"));
        using var site = await SiteAsync();

        List<string> pages = [];
        for (var i = 0; i < 6; i++)
        {
            pages.Add(await site.GetAsync());
        }

        tasks.Length.ShouldBe(2);
        pages.Select(page => TaskShown().Match(page).Groups[1].Value).Distinct().Order().ShouldBe(tasks);
        pages.ShouldAllBe(page => page.Contains($"<code>{instance}</code>"));
    }

    [Fact]
    public async Task Finds_everything_as_it_was_when_done_again()
    {
        berth.Require();
        const string Everything = """
            aws ecs list-tasks --query 'sort(taskArns)'; aws ecs list-container-instances --query containerInstanceArns
            aws ecs list-task-definitions --query taskDefinitionArns; aws elbv2 describe-load-balancers --query 'LoadBalancers[].LoadBalancerArn'
            """;
        var before = await berth.RunAsync(Everything);

        var said = await berth.UpAsync(TestContext.Current.CancellationToken);

        said.ShouldContain("Berth is running already.");
        said.ShouldContain("Berth is ready.");
        (await berth.RunAsync(Everything)).ShouldBe(before);
    }

    [Fact]
    public async Task Keeps_the_logs_of_the_sample_for_the_aws_cli()
    {
        berth.Require();
        using var site = await SiteAsync();
        var task = TaskShown().Match(await site.GetAsync()).Groups[1].Value;

        await berth.UntilAsync(
            $"aws logs get-log-events --log-group-name /{Sample} --log-stream-name sample/web/{task} --query 'events[].message'",
            messages => messages.Contains($"served / by {task}"));
    }

    private async Task<Website> SiteAsync() =>
        new($"http://{await berth.RunAsync($"aws elbv2 describe-load-balancers --names {Sample} --query 'LoadBalancers[0].DNSName'")}/");

    private static string LastPart(string arn) => arn[(arn.LastIndexOf('/') + 1)..];

    [GeneratedRegex("<dt>Task</dt><dd><code>([0-9a-f]+)</code>")]
    private static partial Regex TaskShown();
}
