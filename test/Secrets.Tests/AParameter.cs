namespace Berth.Secrets.Tests;

public sealed class AParameter
{
    [Fact]
    public async Task Is_read_by_name_by_arn_and_by_version()
    {
        await using var server = await World.StartAsync();
        (await server.CallAsync("PutParameter", """{"Name":"/app/color","Value":"red","Type":"String"}""")).Text("Version").ShouldBe("1");
        (await server.RefusedAsync("PutParameter", """{"Name":"/app/color","Value":"blue","Type":"String"}""")).Code.ShouldBe("ParameterAlreadyExists");
        (await server.CallAsync("PutParameter", """{"Name":"/app/color","Value":"blue","Overwrite":true}""")).Text("Version").ShouldBe("2");

        async Task<string> Value(string name) => (await server.CallAsync("GetParameter", $$"""{"Name":"{{name}}"}""")).GetProperty("Parameter").Text("Value");
        (await Value("/app/color")).ShouldBe("blue");
        (await Value("/app/color:1")).ShouldBe("red");
        (await Value("arn:aws:ssm:us-east-1:000000000000:parameter/app/color")).ShouldBe("blue");
        (await Value("arn:aws:ssm:us-east-1:000000000000:parameter/app/color:1")).ShouldBe("red");
        (await server.RefusedAsync("GetParameter", """{"Name":"/app/color:3"}""")).Code.ShouldBe("ParameterVersionNotFound");
        (await server.RefusedAsync("GetParameter", """{"Name":"/app/none"}""")).Code.ShouldBe("ParameterNotFound");
        (await server.CallAsync("GetParameterHistory", """{"Name":"/app/color"}""")).Texts("Parameters", "Value").ShouldBe(["red", "blue"]);
        var several = await server.CallAsync("GetParameters", """{"Names":["/app/color","/app/none","/app/color:1"]}""");
        several.Texts("Parameters", "Value").ShouldBe(["blue", "red"]);
        several.Texts("InvalidParameters").ShouldBe(["/app/none"]);
    }

    [Fact]
    public async Task That_is_secure_is_told_to_those_alone_who_ask_for_it_decrypted()
    {
        await using var server = await World.StartAsync();
        await server.CallAsync("PutParameter", """{"Name":"password","Value":"swordfish","Type":"SecureString"}""");

        (await server.CallAsync("GetParameter", """{"Name":"password"}""")).GetProperty("Parameter").Text("Value").ShouldNotContain("swordfish");
        (await server.CallAsync("GetParameter", """{"Name":"password","WithDecryption":true}""")).GetProperty("Parameter").Text("Value").ShouldBe("swordfish");
        (await server.CallAsync("DescribeParameters", "{}")).Texts("Parameters", "KeyId").ShouldBe(["alias/aws/ssm"]);
    }

    [Fact]
    public async Task Lies_below_paths()
    {
        await using var server = await World.StartAsync();
        foreach (var name in new[] { "/a/one", "/a/two", "/a/deep/three", "/ab", "plain" })
        {
            await server.CallAsync("PutParameter", $$"""{"Name":"{{name}}","Value":"of {{name}}","Type":"StringList"}""");
        }

        (await server.CallAsync("GetParametersByPath", """{"Path":"/a"}""")).Texts("Parameters", "Name").ShouldBe(["/a/one", "/a/two"]);
        var first = await server.CallAsync("GetParametersByPath", """{"Path":"/a/","Recursive":true,"MaxResults":2}""");
        first.Texts("Parameters", "Value").ShouldBe(["of /a/deep/three", "of /a/one"]);
        (await server.CallAsync("GetParametersByPath", $$"""{"Path":"/a/","Recursive":true,"MaxResults":2,"NextToken":"{{first.Text("NextToken")}}"}""")).Texts("Parameters", "Name").ShouldBe(["/a/two"]);
        (await server.CallAsync("GetParametersByPath", """{"Path":"/","Recursive":true}""")).Texts("Parameters", "Name").ShouldBe(["/a/deep/three", "/a/one", "/a/two", "/ab"]);
        (await server.CallAsync("DescribeParameters", """{"ParameterFilters":[{"Key":"Name","Option":"BeginsWith","Values":["/a/"]},{"Key":"Type","Values":["StringList"]}]}""")).Texts("Parameters", "Name").Length.ShouldBe(3);
        (await server.CallAsync("DescribeParameters", """{"Filters":[{"Key":"Name","Values":["pl"]}]}""")).Texts("Parameters", "Name").ShouldBe(["plain"]);
        (await server.RefusedAsync("DescribeParameters", """{"ParameterFilters":[{"Key":"Mood","Values":["x"]}]}""")).Code.ShouldBe("InvalidFilterKey");
        (await server.CallAsync("DeleteParameters", """{"Names":["/a/one","/none"]}""")).Texts("InvalidParameters").ShouldBe(["/none"]);
        await server.CallAsync("DeleteParameter", """{"Name":"/a/two"}""");
        (await server.RefusedAsync("DeleteParameter", """{"Name":"/a/two"}""")).Code.ShouldBe("ParameterNotFound");
    }

    [Theory]
    [InlineData("""{"Name":"/x","Value":"swordfish"}""", "ValidationException")]
    [InlineData("""{"Name":"a/b","Value":"swordfish","Type":"String"}""", "ValidationException")]
    [InlineData("""{"Name":"aws-x","Value":"swordfish","Type":"String"}""", "ValidationException")]
    [InlineData("""{"Name":"/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16","Value":"swordfish","Type":"String"}""", "HierarchyLevelLimitExceededException")]
    [InlineData("""{"Name":"x","Value":"swordfish","Type":"String","AllowedPattern":"^[0-9]+$"}""", "ParameterPatternMismatchException")]
    [InlineData("""{"Name":"x","Value":"swordfish","Type":"String","AllowedPattern":"("}""", "InvalidAllowedPatternException")]
    [InlineData("""{"Name":"x","Value":"swordfish","Type":"Number"}""", "ValidationException")]
    [InlineData("""{"Name":"x","Value":"swordfish","Type":"String","Overwrite":true,"Tags":[{"Key":"a","Value":"b"}]}""", "ValidationException")]
    [InlineData("""{"Name":"x","Value":{"swordfish":1},"Type":"String"}""", "SerializationException")]
    public async Task Is_refused_without_telling_its_value(string request, string code)
    {
        await using var server = await World.StartAsync();

        var (told, message) = await server.RefusedAsync("PutParameter", request);

        told.ShouldBe(code);
        message.ShouldNotContain("swordfish");
        (await server.CallAsync("DescribeParameters", "{}")).Texts("Parameters").ShouldBeEmpty();
    }

    [Fact]
    public async Task Has_tags()
    {
        await using var server = await World.StartAsync();
        await server.CallAsync("PutParameter", """{"Name":"x","Value":"1","Type":"String","Tags":[{"Key":"a","Value":"b"}]}""");
        await server.CallAsync("AddTagsToResource", """{"ResourceType":"Parameter","ResourceId":"x","Tags":[{"Key":"c","Value":"d"}]}""");
        await server.CallAsync("RemoveTagsFromResource", """{"ResourceType":"Parameter","ResourceId":"x","TagKeys":["a"]}""");

        (await server.CallAsync("ListTagsForResource", """{"ResourceType":"Parameter","ResourceId":"x"}""")).Texts("TagList", "Key").ShouldBe(["c"]);
        (await server.RefusedAsync("ListTagsForResource", """{"ResourceType":"Parameter","ResourceId":"y"}""")).Code.ShouldBe("InvalidResourceId");
        (await server.RefusedAsync("ListTagsForResource", """{"ResourceType":"Document","ResourceId":"y"}""")).Code.ShouldBe("InvalidResourceType");
    }
}
