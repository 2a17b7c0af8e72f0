using System.Text.Json;

namespace Berth.Host.Tests;

public sealed class QuestionsAboutPlacement
{
    private const string Subject = """
        "subject":{"cluster":"default","service":"web","taskDefinition":"arn:…:task-definition/web:3","cpu":256,"memory":512,"ports":["80/tcp"],"strategies":["spread:instanceId"],"constraints":["distinctInstance"]}
        """;

    [Fact]
    public void Are_answered_with_what_keeps_instances_from_a_task() => Printed(
        $$"""
        {{{Subject}},"feasible":0,"reasons":[{"reason":"RESOURCE:CPU","instances":12},{"reason":"ATTRIBUTE","subject":"gpu","instances":1}],
         "obstacles":[{"containerInstance":"abc","reason":"RESOURCE:CPU","needed":256,"left":100},{"containerInstance":"def","reason":"ATTRIBUTE","subject":"gpu"}]}
        """,
        ExplainCommand.Print).ShouldBe(
        """
        service   web in cluster default, arn:…:task-definition/web:3
        takes     256 CPU units, 512 MiB, ports 80/tcp
        strategy  spread:instanceId
        must      distinctInstance
        next      nowhere: no container instance can take it

        INSTANCES  CANNOT TAKE IT BECAUSE OF
        12         RESOURCE:CPU
        1          ATTRIBUTE                  gpu

        CONTAINER INSTANCE  REASON        NEEDS  LEFT
        abc                 RESOURCE:CPU  256    100
        def                 ATTRIBUTE                  gpu

        """.ReplaceLineEndings("\n"));

    [Fact]
    public void Are_answered_with_a_plan() => Printed(
        $$"""
        {{{Subject}},"asked":5,"placed":3,"instances":[{"containerInstance":"abc","availabilityZone":"us-east-1a","tasks":2},{"containerInstance":"def","tasks":1}],
         "closest":{"containerInstance":"abc","reason":"RESOURCE:MEMORY","needed":512,"left":10} }
        """,
        PlanCommand.Print).ShouldBe(
        """
        service   web in cluster default, arn:…:task-definition/web:3
        takes     256 CPU units, 512 MiB, ports 80/tcp
        strategy  spread:instanceId
        must      distinctInstance
        places    3 of 5

        TASKS  CONTAINER INSTANCE  ZONE
        2      abc                 us-east-1a
        1      def

        The next one fits nowhere. Closest is abc: RESOURCE:MEMORY, needs 512 and has 10 left.

        """.ReplaceLineEndings("\n"));

    private static string Printed(string answer, Action<JsonElement, TextWriter> print)
    {
        using var output = new StringWriter { NewLine = "\n" };
        print(JsonElement.Parse(answer), output);
        return output.ToString();
    }
}
