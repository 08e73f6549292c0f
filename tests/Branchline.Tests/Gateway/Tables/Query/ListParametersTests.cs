using Branchline.Protocol;
using Branchline.Server;
using Branchline.Server.Gateway.Tables;
using Branchline.Server.Gateway.Tables.Query;
using Branchline.Server.Store;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Branchline.Tests.Gateway.Tables.Query;

public sealed class ListParametersTests
{
    [Fact]
    public void Short_names_stand_for_the_branch_and_the_day()
    {
        var filters = Read("visits", "?branch=0197A1C0-0000-7000-8000-000000000001&date=2026-11-21&status=done").Filters;

        Assert.Equal(
            ["branch_id Equal 0197a1c0-0000-7000-8000-000000000001", "date Equal 2026-11-21", "status Equal done"],
            filters.Select(Describe));
    }

    [Theory]
    [InlineData("clients", "since")]
    [InlineData("sales", "sold_at")]
    [InlineData("transactions", "at")]
    [InlineData("stock_requests", "date")]
    [InlineData("orders", "created_at")]
    public void The_day_of_a_row_is_its_date_or_when_it_happened_or_when_it_was_made(string table, string field) =>
        Assert.Equal(field, Shop.Table(table).Find("date")!.Name);

    [Fact]
    public void A_day_stands_for_the_whole_day_of_a_time()
    {
        Assert.Equal(
            ["sold_at GreaterOrEqual 2026-11-21T00:00:00.000Z", "sold_at Less 2026-11-22T00:00:00.000Z"],
            Read("sales", "?date=2026-11-21").Filters.Select(Describe));
        Assert.Equal(
            ["sold_at GreaterOrEqual 2026-11-22T00:00:00.000Z", "sold_at Less 2026-12-01T00:00:00.000Z"],
            Read("sales", "?sold_at[gt]=2026-11-21&sold_at[lte]=2026-11-30").Filters.Select(Describe));
        Assert.Equal(["sold_at Within 2026-11-21T00:00:00.000Z|2026-11-22T00:00:00.000Z|2026-11-23T00:00:00.000Z|2026-11-24T00:00:00.000Z"],
            Read("sales", "?date=2026-11-21,2026-11-23").Filters.Select(Describe));
        Assert.Equal(["sold_at Less 2026-11-21T06:00:00.000Z"], Read("sales", "?sold_at[lt]=2026-11-21T08:00:00%2B02:00").Filters.Select(Describe));
        Assert.Equal(2, Read("sales", "?date=9999-12-31").Filters.Count);
    }

    [Theory]
    [InlineData("?status=active,archived", "status Equal active|archived")]
    [InlineData("?status=active&status=archived", "status Equal active|archived")]
    [InlineData("?status[ne]=active,archived", "status NotEqual active;status NotEqual archived")]
    [InlineData("?price[gte]=500&price[lt]=900", "price GreaterOrEqual 500;price Less 900")]
    [InlineData("?tax_rate=7.5", "tax_rate Equal 7.5")]
    [InlineData("?tracked=true", "tracked Equal true")]
    [InlineData("?name=Rice\\, 5 kg", "name Equal Rice, 5 kg")]
    [InlineData("?category_id=null", "category_id Equal null")]
    [InlineData("?name=null", "name Equal null")]
    [InlineData("?status=&search=&limit=&sort=&_=17", "")]
    public void Filters_are_read_as_they_are_written(string query, string filters) =>
        Assert.Equal(filters, string.Join(';', Read("products", query).Filters.Select(Describe)));

    [Fact]
    public void Rows_are_sorted_and_cut_as_asked()
    {
        var parameters = Read("products", "?sort=-price,name&limit=20&fields=name,price&search=rice");

        Assert.Equal([new RowSort("price", true), new RowSort("name", false)], parameters.Sort);
        Assert.Equal(["id", "name", "price"], parameters.Columns.Select(column => column.Name));
        Assert.Equal("rice", parameters.ToQuery(["everyone"])!.Search);
        Assert.Equal(21, parameters.ToQuery(["everyone"])!.Limit);
    }

    [Fact]
    public void Without_a_wish_a_thousand_rows_are_answered() => Assert.Equal(1000, Read("products", "").Limit);

    [Theory]
    [InlineData("?colour=red", "colour", "Use one of search, date, id, name, sku")]
    [InlineData("?branch=x", "branch", "Use one of")]
    [InlineData("?tags=a", "tags", "Use one of")]
    [InlineData("?price=cheap", "price", "whole number")]
    [InlineData("?price[about]=5", "price[about]", "gte, gt, lte, lt, ne")]
    [InlineData("?price[gte]=5,6", "price[gte]", "once")]
    [InlineData("?price[gte]=null", "price[gte]", "whole number")]
    [InlineData("?status=lost", "status", "active, archived")]
    [InlineData("?status[gte]=active", "status[gte]", "status=VALUE")]
    [InlineData("?category_id=7", "category_id", "UUID")]
    [InlineData("?created_at=yesterday", "created_at", "2026-11-21")]
    [InlineData("?created_at=2026-11-21,2026-11-21T08:00:00Z", "created_at", "not both")]
    [InlineData("?limit=0", "limit", "1 to 5000")]
    [InlineData("?limit=5001", "limit", "1 to 5000")]
    [InlineData("?sort=-tags", "sort", "Use one of id, name")]
    [InlineData("?fields=colour", "fields", "Use one of id, name")]
    public void A_wrong_parameter_is_named_with_what_would_be_right(string query, string parameter, string remedy)
    {
        var problem = new ListParameters(Shop.Table("products")).Read(Parse(query));

        Assert.NotNull(problem);
        Assert.Equal((ErrorCodes.ParameterInvalid, parameter, "products"), (problem.Code, problem.Field, problem.Table));
        Assert.Contains(remedy, problem.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?name=", ",")]
    [InlineData("?name[ne]=", ",")]
    [InlineData("?search=", " ")]
    public void More_values_or_words_than_a_list_takes_are_refused(string parameter, string between)
    {
        var query = parameter + string.Join(between, Enumerable.Repeat("a", 501));

        Assert.Equal(ErrorCodes.ParameterInvalid, new ListParameters(Shop.Table("products")).Read(Parse(query))?.Code);
    }

    private static ListParameters Read(string table, string query)
    {
        var parameters = new ListParameters(Shop.Table(table));
        Assert.Null(parameters.Read(Parse(query)));
        return parameters;
    }

    private static QueryCollection Parse(string query) => new(QueryHelpers.ParseQuery(query));

    private static string Describe(RowFilter filter) => $"{filter.Field} {filter.Comparison} {string.Join('|', filter.Values)}";
}
