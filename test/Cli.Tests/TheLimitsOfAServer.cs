using Berth.Domain;
using Berth.Host;

namespace Berth.Cli.Tests;

public sealed class TheLimitsOfAServer
{
    [Fact]
    public void Are_ecss_own_where_nobody_sets_them()
    {
        Streams.Limits(_ => null).ShouldBe(new ClusterLimits());
        Streams.Limits(_ => "").ShouldBe(new ClusterLimits());
    }

    [Fact]
    public void Have_a_variable_for_each_quota()
    {
        var asked = new List<string>();
        var value = 0;

        var quotas = Quotas.Read(name =>
        {
            asked.Add(name);
            return $"{++value}";
        });

        asked.ShouldContain("BERTH_QUOTA_CONTAINERS_PER_TASK_DEFINITION");
        asked.ShouldContain("BERTH_QUOTA_CLUSTERS_PER_REGION");
        asked.ShouldBeUnique();
        var read = typeof(EcsQuotas).GetProperties().Where(property => property.PropertyType == typeof(int)).Select(property => (int)property.GetValue(quotas)!);    // All are numbers.
        read.ShouldBe(Enumerable.Range(1, value), ignoreOrder: true);
        EcsQuotas.Default.ContainersPerTaskDefinition.ShouldBe(10);
    }

    [Fact]
    public void Change_by_one_variable_in_one_quota_alone() =>
        Quotas.Read(name => name == "BERTH_QUOTA_SERVICES_PER_CLUSTER" ? "7" : null).ShouldBe(EcsQuotas.Default with { ServicesPerCluster = 7 });

    [Theory]
    [InlineData("many")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("99999999999")]
    [InlineData(" 7")]
    public void Refuse_a_quota_that_is_no_whole_number(string text) =>
        Should.Throw<CommandException>(() => Quotas.Read(name => name == "BERTH_QUOTA_SERVICES_PER_CLUSTER" ? text : null)).Message
            .ShouldBe($"BERTH_QUOTA_SERVICES_PER_CLUSTER is '{text}'; it takes a whole number.");

    [Fact]
    public void Keep_stopped_tasks_for_as_long_as_is_said()
    {
        With("forever").StoppedTaskLife.ShouldBe(TimeSpan.MaxValue);
        With("90").StoppedTaskLife.ShouldBe(TimeSpan.FromSeconds(90));
        Should.Throw<CommandException>(() => With("ever")).Message.ShouldBe("BERTH_STOPPED_TASK_LIFE is 'ever'; it takes whole seconds.");

        static ClusterLimits With(string life) => Streams.Limits(name => name == "BERTH_STOPPED_TASK_LIFE" ? life : null);
    }
}
